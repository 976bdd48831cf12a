using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace RecOps.Server.Telemetry;

internal static class TelemetryFeature
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ServingMetrics>();
        services.AddSingleton<TelemetryRing>();
        services.AddSingleton<TelemetryFeed>();
        services.AddSingleton<ServerStateReader>();
        services.AddHostedService<TelemetrySampler>();
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("RecOps.*")
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        if (!string.IsNullOrEmpty(configuration[OtlpEndpoint])) telemetry.UseOtlpExporter();
        return services;
    }
}
