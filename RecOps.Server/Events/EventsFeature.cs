using RecOps.Server.Hosting;

namespace RecOps.Server.Events;

internal static class EventsFeature
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSettings<EventsOptions>(EventsOptions.Section);
        services.AddSingleton<FreshEvents>();
        services.AddSingleton<SharedHistory>();
        services.AddSingleton<EventIntake>();
        return services;
    }
}
