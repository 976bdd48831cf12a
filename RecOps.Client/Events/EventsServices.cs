namespace RecOps.Client.Events;

/// <summary>Events and attribution.</summary>
internal static class EventsServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services) => services.AddScoped<EventsClient>();
}
