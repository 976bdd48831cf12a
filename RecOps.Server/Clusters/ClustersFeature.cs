using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Serving.Engine;

namespace RecOps.Server.Clusters;

internal static class ClustersFeature
{
    public static IServiceCollection AddClusters(this IServiceCollection services)
    {
        services.AddContracts(ClusterContracts.Default);
        services.AddSettings<WarmingOptions>(WarmingOptions.Section);
        services.AddSingleton<ISettingsCheck, WarmingPlacement>();
        services.AddSingleton<VisitorFile>();
        services.AddSingleton<PopularFile>();
        services.AddSingleton<SharedPopularity>();
        services.AddSingleton<ISharedPopularity>(provider => provider.GetRequiredService<SharedPopularity>());
        services.AddSingleton<ClusterView>();
        services.AddSingleton<WarmPlanning>();
        services.AddSingleton<WarmLock>();
        services.AddSingleton<WarmRunner>();
        if (DocumentGeneration.IsRunning)
            return services;
        services.AddHostedService(provider => provider.GetRequiredService<SharedPopularity>());
        services.AddHostedService<ClusterClock>();
        services.AddHostedService(provider => provider.GetRequiredService<WarmRunner>());
        return services;
    }
}
