using RecOps.Server.Hosting.OpenApi;

namespace RecOps.Server.Replication;

internal static class ReplicationFeature
{
    public static IServiceCollection AddReplication(this IServiceCollection services)
    {
        services.AddSingleton<ReplicaReport>();
        services.AddScoped<ReplicaList>();
        services.AddSingleton<ChangeFeed>();
        if (!DocumentGeneration.IsRunning)
            services.AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        return services;
    }
}
