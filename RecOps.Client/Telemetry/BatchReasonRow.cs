using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>How many batches left for one reason.</summary>
/// <param name="Percent">Of all batches; null while there are none.</param>
public sealed record BatchReasonRow(string Reason, string About, double? Percent)
{
    private static readonly (string Key, string Name, string About)[] Known =
    [
        ("idle", "Device idle", "The device had nothing to do, so the batch left at once."),
        ("deviceReady", "Device ready", "The batch before it ended or was about to."),
        ("full", "Full", "It was as large as a batch may be now."),
        ("age", "Age", "Its oldest request had waited as long as any may."),
        ("deadline", "Deadline", "Its earliest deadline left no more time."),
        ("spare", "Spare time", "Nobody waited; aged lists were renewed or caches warmed."),
    ];

    /// <summary>As people call it.</summary>
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
