using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Caching.Eviction;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Users;

namespace RecOps.Serving.Engine;

/// <summary>
/// The parts of an engine, for a host to add its own to: options, clock, loggers, meters, <see cref="HistoryLimit"/>, and what the engine
/// shares with others (<see cref="ISharedLists"/>, <see cref="ISharedHistory"/>, <see cref="ISharedPopularity"/>,
/// <see cref="IRequestIds"/>, <see cref="IAnswerObserver"/>).
/// </summary>
internal static class EngineServices
{
    public static IServiceCollection AddEngineParts(this IServiceCollection services)
    {
        services.AddSingleton<BatchingMetrics>();
        services.AddSingleton<RetrievalMetrics>();
        services.AddSingleton<CachingMetrics>();
        services.AddSingleton<CandidateIndexFactory>();
        services.AddSingleton<ProviderSession>();
        services.AddSingleton<IRankerFactory, OnnxRankerFactory>();
        services.AddSingleton(CreateStore);
        services.AddSingleton<ResultCache>();
        services.AddSingleton<ServingModelFactory>();
        services.AddSingleton<ActiveModel>();
        services.AddSingleton(provider => new SchedulingDelay(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SchedulingProbe>();
        services.AddSingleton<Admission>();
        services.AddSingleton<UserEmbeddings>();
        services.AddSingleton<ShopperActivity>();
        services.AddSingleton<RequestPreparation>();
        services.AddSingleton<SpareComputation>();
        services.AddSingleton<ListRefresher>();
        services.AddSingleton<AnswerMaker>();
        services.AddSingleton<RecommendationPipeline>();
        services.AddSingleton<ModelWarmUp>();
        services.AddSingleton<RecommendationValidator>();
        services.AddSingleton<SimilarItems>();
        return services;
    }

    private static ICacheStore<CacheKey, CachedList> CreateStore(IServiceProvider provider) =>
        CacheStores.Create(provider.GetRequiredService<IOptions<CachingOptions>>().Value, provider.GetRequiredService<CachingMetrics>());
}
