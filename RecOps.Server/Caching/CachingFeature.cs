using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Serving.Caching;
using RecOps.Serving.Caching.Eviction;
using RecOps.Serving.Engine;

namespace RecOps.Server.Caching;

internal static class CachingFeature
{
    public static IServiceCollection AddCaching(this IServiceCollection services)
    {
        services.AddContracts(CacheContracts.Default);
        services.AddSettings<CachingOptions>(CachingOptions.Section);
        services.AddSingleton<CachingMetrics>();
        services.AddSingleton<RedisMetrics>();
        services.AddSingleton(CreateStore);
        services.AddSingleton<ResultCache>();
        services.AddSingleton<RedisLists>();
        services.AddSingleton<ListRefresher>();
        services.AddSingleton<HotLists>();
        services.AddSingleton<CachePurge>();
        services.AddSingleton<CacheView>();
        if (DocumentGeneration.IsRunning) return services;
        services.AddHostedService(provider => provider.GetRequiredService<RedisLists>());
        services.AddHostedService(provider => provider.GetRequiredService<ListRefresher>());
        services.AddHostedService(provider => provider.GetRequiredService<HotLists>());
        return services;
    }

    private static ICacheStore<CacheKey, CachedList> CreateStore(IServiceProvider provider)
    {
        CachingOptions options = provider.GetRequiredService<IOptions<CachingOptions>>().Value;
        var observer = provider.GetRequiredService<CachingMetrics>();
        int largest = CachedList.BytesOf(options.ListLength);
        return options.Policy == "lfu"
            ? new LfuStore<CacheKey, CachedList>(options.L1Bytes, largest, observer)
            : new WorthStore<CacheKey, CachedList>(options.L1Bytes, largest, key => key.Hash, observer);
    }
}
