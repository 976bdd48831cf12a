using RecOps.Server.Clusters;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;

namespace RecOps.Server.Events;

internal static class EventsFeature
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSettings<EventsOptions>(EventsOptions.Section);
        services.AddSingleton<SharedHistory>();
        services.AddSingleton<EventJournal>();
        services.AddSingleton<IEventLog>(provider => provider.GetRequiredService<RedisConnection>().IsConfigured
            ? provider.GetRequiredService<SharedHistory>()
            : provider.GetRequiredService<EventJournal>());
        services.AddSingleton<EventWriter>();
        services.AddSingleton<Attribution>();
        services.AddSingleton<ShopperActivity>();
        services.AddSingleton<EventIntake>();
        if (DocumentGeneration.IsRunning) return services;
        services.AddHostedService(provider => provider.GetRequiredService<EventWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<SharedHistory>());
        return services;
    }
}
