using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Asks the server for past telemetry.</summary>
internal sealed class TelemetryClient(ApiClient api)
{
    /// <param name="stepSeconds">Length of one window.</param>
    public Task<ApiResult<TelemetryHistory>> HistoryAsync(Stretch stretch, int stepSeconds, CancellationToken cancellation = default) =>
        api.GetAsync($"{Routes.TelemetryHistory}?{stretch}&step={stepSeconds}", TelemetryJson.Default.TelemetryHistory, cancellation);

    /// <summary>What the stream sent, or would have sent, at a past second.</summary>
    public Task<ApiResult<TelemetrySnapshot>> SnapshotAsync(DateTimeOffset at, CancellationToken cancellation = default) =>
        api.GetAsync($"{Routes.TelemetrySnapshot}?at={Stretch.Text(at)}", TelemetryJson.Default.TelemetrySnapshot, cancellation);

    /// <summary>Measurements of the server's capacity.</summary>
    public Task<ApiResult<CapacityFacts>> CapacityAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.Capacity, TelemetryJson.Default.CapacityFacts, cancellation);

    /// <summary>The distribution of latencies.</summary>
    public Task<ApiResult<LatencyMap>> LatencyMapAsync(Stretch stretch, int stepSeconds, CancellationToken cancellation = default) =>
        api.GetAsync($"{Routes.LatencyMap}?{stretch}&step={stepSeconds}", TelemetryJson.Default.LatencyMap, cancellation);

    /// <summary>The slowest requests of a period.</summary>
    public Task<ApiResult<SlowRequestList>> SlowRequestsAsync(Stretch stretch, CancellationToken cancellation = default) =>
        api.GetAsync($"{Routes.SlowRequests}?{stretch}", TelemetryJson.Default.SlowRequestList, cancellation);

    /// <summary>The changes made in a period.</summary>
    public Task<ApiResult<AnnotationList>> AnnotationsAsync(Stretch stretch, CancellationToken cancellation = default) =>
        api.GetAsync($"{Routes.Annotations}?{stretch}", TelemetryJson.Default.AnnotationList, cancellation);
}
