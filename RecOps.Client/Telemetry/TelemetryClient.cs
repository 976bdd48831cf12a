using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Asks the server for past telemetry.</summary>
internal sealed class TelemetryClient(ApiClient api)
{
    /// <param name="step">Length of one window; whole seconds.</param>
    public Task<ApiResult<TelemetryHistory>> HistoryAsync(
        DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation = default)
        => api.GetAsync(
            $"{Routes.TelemetryHistory}?from={Instant(from)}&to={Instant(to)}&step={(int)step.TotalSeconds}",
            TelemetryJson.Default.TelemetryHistory, cancellation);

    /// <summary>What the stream sent, or would have sent, at a past second.</summary>
    public Task<ApiResult<TelemetrySnapshot>> SnapshotAsync(DateTimeOffset at, CancellationToken cancellation = default)
        => api.GetAsync($"{Routes.TelemetrySnapshot}?at={Instant(at)}", TelemetryJson.Default.TelemetrySnapshot, cancellation);

    /// <summary>What was measured of how much the server can do.</summary>
    public Task<ApiResult<CapacityFacts>> CapacityAsync(CancellationToken cancellation = default)
        => api.GetAsync(Routes.Capacity, TelemetryJson.Default.CapacityFacts, cancellation);

    /// <summary>How latencies were spread.</summary>
    public Task<ApiResult<LatencyMap>> LatencyMapAsync(DateTimeOffset from, DateTimeOffset to, int step, CancellationToken cancellation = default)
        => api.GetAsync($"{Routes.LatencyMap}?from={Instant(from)}&to={Instant(to)}&step={step}", TelemetryJson.Default.LatencyMap, cancellation);

    /// <summary>The slowest requests of a time.</summary>
    public Task<ApiResult<SlowRequestList>> SlowRequestsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default)
        => api.GetAsync($"{Routes.SlowRequests}?from={Instant(from)}&to={Instant(to)}", TelemetryJson.Default.SlowRequestList, cancellation);

    /// <summary>What was done in a time.</summary>
    public Task<ApiResult<AnnotationList>> AnnotationsAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default)
        => api.GetAsync($"{Routes.Annotations}?from={Instant(from)}&to={Instant(to)}", TelemetryJson.Default.AnnotationList, cancellation);

    private static string Instant(DateTimeOffset time)
        => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
