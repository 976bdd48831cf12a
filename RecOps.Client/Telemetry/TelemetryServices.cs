using MudBlazor;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry.Alerts;

namespace RecOps.Client.Telemetry;

/// <summary>The live view of the server: its pages, and its parts of the frame.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) =>
        services
            .AddPage(new("Overview", "requests, latency, errors, everything at a glance", "", Icons.Material.Outlined.MonitorHeart))
            .AddPage(new("Latency", "percentiles, stages, heat map, slow requests", "latency", Icons.Material.Outlined.Timer))
            .AddPage(new("Compute", "batches, GPU, CPU, memory, queue", "compute", Icons.Material.Outlined.Memory))
            .AddPage(new("Alerts", "firing, silence, acknowledge, history", "alerts", Icons.Material.Outlined.NotificationsActive))
            .AddPage(new("Capacity", "requests per second, servers, cost", "capacity", Icons.Material.Outlined.Speed))
            .AddFramePart<ServingModel>(FramePlace.Title)
            .AddFramePart<AlertIndicator>(FramePlace.Status)
            .AddFramePart<ConnectionIndicator>(FramePlace.Status)
            .AddScoped<AlertsClient>()
            .AddScoped<TelemetryClient>()
            .AddScoped<TelemetryFeed>()
            .AddScoped<TelemetryStream>();
}
