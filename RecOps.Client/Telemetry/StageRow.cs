using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>One line of the stage table.</summary>
/// <param name="Share">Percent of the stages' time; null for the total and where nothing ran.</param>
public sealed record StageRow(
    string Stage,
    Quantity PerSecond,
    Quantity P50,
    Quantity P90,
    Quantity P99,
    Quantity P999,
    Quantity Max,
    double? Share
)
{
    /// <summary>Stages in the order that a request passes through them, the total last.</summary>
    internal static IReadOnlyList<StageRow> From(TelemetryWindow? window)
    {
        StageLatency[] stages = window?.Stages ?? [];
        double all = stages.Where(stage => stage.Stage != RecOps.Shared.Telemetry.Stage.Total).Sum(stage => stage.SumMs);
        return
        [
            .. RecOps.Shared.Telemetry.Stage.All.Select(name =>
            {
                StageLatency stage =
                    Array.Find(stages, each => each.Stage == name) ?? new StageLatency(name, 0, 0, null, null, null, null, null);
                return new StageRow(
                    name,
                    Quantity.PerSecond(window is null || window.Seconds == 0 ? null : (double)stage.Count / window.Seconds),
                    Quantity.Milliseconds(stage.P50Ms),
                    Quantity.Milliseconds(stage.P90Ms),
                    Quantity.Milliseconds(stage.P99Ms),
                    Quantity.Milliseconds(stage.P999Ms),
                    Quantity.Milliseconds(stage.MaxMs),
                    name == RecOps.Shared.Telemetry.Stage.Total || all == 0 || stage.Count == 0 ? null : 100 * stage.SumMs / all
                );
            }),
        ];
    }
}
