using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>How many batches were dispatched for one reason.</summary>
/// <param name="Percent">Share of all batches; null while there are none.</param>
public sealed record BatchReasonRow(string Reason, string About, double? Percent)
{
    private static readonly (string Key, string Name, string About)[] Known =
    [
        ("idle", "Device idle", "The device was idle, so the batch was dispatched immediately."),
        ("deviceReady", "Device ready", "The previous batch had ended or was about to."),
        ("full", "Full", "It had the largest size currently allowed."),
        ("age", "Age", "Its oldest request had waited for the maximum time."),
        ("deadline", "Deadline", "Its earliest deadline left no time to wait."),
        ("spare", "Spare time", "No request was waiting; stale lists were refreshed or caches warmed."),
    ];

    /// <summary>The name to show.</summary>
    internal static string NameOf(string key) => Array.Find(Known, reason => reason.Key == key).Name ?? key;

    internal static IReadOnlyList<BatchReasonRow> From(BatchWindow? batches) =>
        [
            .. Known.Select(reason => new BatchReasonRow(
                reason.Name,
                reason.About,
                batches is null or { Batches: 0 } ? null : 100.0 * batches.Reasons.GetValueOrDefault(reason.Key) / batches.Batches
            )),
        ];
}
