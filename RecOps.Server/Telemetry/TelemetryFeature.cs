using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using RecOps.Server.Hosting;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Server.Telemetry.Capacity;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Live;
using RecOps.Server.Telemetry.Machine;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Server.Telemetry.Slo;
using RecOps.Server.Telemetry.SlowRequests;
using RecOps.Serving.Engine;

namespace RecOps.Server.Telemetry;

internal static class TelemetryFeature
{
    /// <summary>Default service name in monitoring; OTEL_SERVICE_NAME overrides it.</summary>
    private const string ServiceName = "recops";

    private const string ActiveRequests = "http.server.active_requests";

    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddContracts(TelemetryContracts.Default);
        services.AddContracts(AlertContracts.Default);
        services.AddSingleton<ServingMetrics>();
        services.AddSingleton<IRequestCounts>(provider => provider.GetRequiredService<ServingMetrics>());
        services.AddSettings<TelemetryOptions>(TelemetryOptions.Section);
        services.AddSingleton<Timeline>();
        services.AddSingleton<WindowTexts>();
        services.AddSingleton<TimelineFile>();
        services.AddSingleton<TimelineKeeping>();
        services.AddSingleton<ProcessReader>();
        services.AddSingleton<DeviceReader>();
        services.AddSingleton<TelemetryFeed>();
        services.AddSingleton<SloReader>();
        services.AddSingleton<SlowRequestLog>();
        services.AddSingleton<CapacityReader>();
        services.AddSettings<AlertOptions>(AlertOptions.Section);
        services.AddSingleton<AlertBoard>();
        services.AddSingleton<AlertBook>();
        services.AddHttpClient(AlertWebhook.Client);
        services.AddSingleton<AlertWebhook>();
        services.AddSingleton<AlertMonitor>();
        services.AddSingleton<ServerStateReader>();
        services.AddSingleton<ExportWatch>();
        OpenTelemetryBuilder openTelemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddRuntimeInstrumentation().AddPrometheusExporter());
        if (!configuration.GetValue($"{TelemetryOptions.Section}:{nameof(TelemetryOptions.Enabled)}", defaultValue: true))
            return services;

        services.AddSingleton<IAnswerObserver, AnswerTelemetry>();
        services.AddHostedService(provider => provider.GetRequiredService<TimelineKeeping>());
        services.AddHostedService(provider => provider.GetRequiredService<AlertWebhook>());
        services.AddHostedService(provider => provider.GetRequiredService<AlertMonitor>());
        services.AddHostedService<TelemetrySampler>();
        openTelemetry.WithMetrics(metrics =>
            metrics
                .AddMeter("RecOps.*")
                .AddMeter("Microsoft.AspNetCore.Hosting")
                .AddMeter("Microsoft.AspNetCore.Server.Kestrel")
                // These cost two locked additions per request, and recommendations have their own queue metrics.
                .AddView(ActiveRequests, MetricStreamConfiguration.Drop)
        );
        if (string.IsNullOrEmpty(configuration[OtlpEndpoint]))
            return services;

        // Without an exporter, spans would only be created and discarded.
        openTelemetry.WithTracing(tracing => tracing.AddSource(StageSpans.SourceName).AddSource("Microsoft.AspNetCore")).UseOtlpExporter();
        return services;
    }
}
