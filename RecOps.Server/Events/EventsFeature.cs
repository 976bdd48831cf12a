using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Serving.Engine;
using RecOps.Serving.Users;

namespace RecOps.Server.Events;

internal static class EventsFeature
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddContracts(EventContracts.Default);
        services.AddSettings<EventsOptions>(EventsOptions.Section);
        services.AddSingleton(provider => new RememberedEvents(provider.GetRequiredService<IOptions<EventsOptions>>().Value.Remembered));
        services.AddSingleton(provider => new HistoryLimit(provider.GetRequiredService<IOptions<EventsOptions>>().Value.MaxUsers));
        services.AddSingleton<SharedHistory>();
        services.AddSingleton<ISharedHistory>(provider => provider.GetRequiredService<SharedHistory>());
        services.AddSingleton<EventLog>();
        services.AddSingleton<EventRefusals>();
        services.AddSingleton<EventWriter>();
        services.AddSingleton<EventRestore>();
        services.AddSingleton<EventRelay>();
        services.AddSingleton<HistoryEviction>();
        services.AddSingleton<EventsStateReader>();
        services.AddSingleton<Attribution>();
        services.AddSingleton<IRequestIds>(provider => provider.GetRequiredService<Attribution>());
        services.AddSingleton<EventIntake>();
        if (DocumentGeneration.IsRunning)
            return services;
        services.AddHostedService(provider => provider.GetRequiredService<EventWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<EventRestore>());
        services.AddHostedService(provider => provider.GetRequiredService<EventRelay>());
        services.AddHostedService(provider => provider.GetRequiredService<SharedHistory>());
        services.AddHostedService(provider => provider.GetRequiredService<HistoryEviction>());
        return services;
    }
}
