using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Serving.Caching;

namespace RecOps.Server.Caching;

internal static class CachingFeature
{
    public static IServiceCollection AddCaching(this IServiceCollection services)
    {
        services.AddContracts(CacheContracts.Default);
        services.AddSingleton<RedisMetrics>();
        services.AddSingleton<RedisLists>();
        services.AddSingleton<ISharedLists>(provider => provider.GetRequiredService<RedisLists>());
        services.AddSingleton<HotLists>();
        services.AddSingleton<CachePurge>();
        services.AddSingleton<CacheView>();
        if (DocumentGeneration.IsRunning)
            return services;
        services.AddHostedService(provider => provider.GetRequiredService<RedisLists>());
        services.AddHostedService(provider => provider.GetRequiredService<HotLists>());
        return services;
    }
}
