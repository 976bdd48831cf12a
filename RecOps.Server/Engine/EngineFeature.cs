using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Caching.Eviction;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;

namespace RecOps.Server.Engine;

/// <summary>
/// Registers the engine that makes the lists, with this server's settings. Other features register their own inputs and observers.
/// </summary>
internal static class EngineFeature
{
    public static IServiceCollection AddEngine(this IServiceCollection services)
    {
        services.AddSettings<ServingOptions>(ServingOptions.Section);
        services.AddSettings<SloOptions>(SloOptions.Section);
        services.AddSettings<BatchingOptions>(BatchingOptions.Section);
        services.AddSettings<RetrievalOptions>(RetrievalOptions.Section);
        services.AddSettings<InferenceOptions>(InferenceOptions.Section);
        services.AddSettings<CachingOptions>(CachingOptions.Section);
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
        services.AddSingleton<SchedulingProbe>();
        services.AddHostedService<ProbeService>();
        if (!DocumentGeneration.IsRunning)
            services.AddHostedService<RefreshLoop>();
        return services;
    }

    private static ICacheStore<CacheKey, CachedList> CreateStore(IServiceProvider provider) =>
        CacheStores.Create(provider.GetRequiredService<IOptions<CachingOptions>>().Value, provider.GetRequiredService<CachingMetrics>());
}
