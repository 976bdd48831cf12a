using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Alerts;

/// <summary>Reads, acknowledges and silences alerts.</summary>
internal sealed class AlertsClient(ApiClient api)
{
    public Task<ApiResult<AlertList>> ListAsync(CancellationToken cancellation = default) =>
        api.GetAsync(Routes.Alerts, TelemetryJson.Default.AlertList, cancellation);

    public Task<ApiResult<AlertList>> AcknowledgeAsync(string rule, CancellationToken cancellation = default) =>
        api.CallAsync(HttpMethod.Post, Routes.AcknowledgementOf(rule), TelemetryJson.Default.AlertList, cancellation);

    /// <param name="minutes">0 ends a silence.</param>
    public Task<ApiResult<AlertList>> SilenceAsync(string rule, int minutes, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Put,
            Routes.SilenceOf(rule),
            new SilenceRequest(minutes),
            TelemetryJson.Default.SilenceRequest,
            TelemetryJson.Default.AlertList,
            cancellation
        );

    public Task<ApiResult<RunbookText>> RunbookAsync(string name, CancellationToken cancellation = default) =>
        api.GetAsync(Routes.RunbookOf(name), TelemetryJson.Default.RunbookText, cancellation);
}
