using RecOps.Server.Hosting;

namespace RecOps.Server.Storage;

internal static class StorageFeature
{
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSettings<DataOptions>(DataOptions.Section);
        services.AddSingleton<DataDirectory>();
        services.AddSingleton<ISettingsSection, RedisSettings>();
        services.AddSingleton<RedisConnection>();
        services.AddSingleton<RedisBreaker>();
        if (!DocumentGeneration.IsRunning) services.AddHostedService(provider => provider.GetRequiredService<RedisConnection>());
        return services;
    }
}
