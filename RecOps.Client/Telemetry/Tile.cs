using RecOps.Client.Caching;
using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>One big number at the top of the overview.</summary>
/// <param name="Note">What it means or what it is measured against.</param>
public sealed record Tile(string Label, Quantity Value, string Note, Tone Tone)
{
    /// <summary>A share of lesser lists above this deserves a look.</summary>
    private const double DegradedPercent = 1;

    /// <summary>The tiles in their order; the same ones, with dashes, while nothing is known.</summary>
    internal static IReadOnlyList<Tile> From(TelemetryFrame? frame)
    {
        TelemetryWindow? minute = frame?.Minute;
        ProcessState? process = frame?.Server?.Process;
        StageLatency? total = minute is null ? null : Array.Find(minute.Stages, stage => stage.Stage == Stage.Total);
        double? degraded = minute is null ? null : minute.Requests == 0 ? 0 : 100.0 * minute.Degraded / minute.Requests;
        return
        [
            new("Requests", Quantity.PerSecond(minute?.RequestsPerSecond), "last 60 s", Tone.Neutral),
            new("p50", Quantity.Milliseconds(total?.P50Ms), "last 60 s", Tone.Neutral),
            new("p90", Quantity.Milliseconds(total?.P90Ms), "last 60 s", Tone.Neutral),
            new("p99", Quantity.Milliseconds(total?.P99Ms), "last 60 s", Tone.Neutral),
            new("Errors", Quantity.Count(minute?.Failures), "5xx, last 60 s", minute?.Failures > 0 ? Tone.Bad : Tone.Neutral),
            new("Rejected", Quantity.Count(minute?.Rejected), "4xx, last 60 s", minute?.Rejected > 0 ? Tone.Warn : Tone.Neutral),
            new("Degraded", Quantity.Percent(degraded), "of lists", degraded >= DegradedPercent ? Tone.Warn : Tone.Neutral),
            new("Hit rate", Quantity.Percent(CacheFigures.HitPercent(minute)), "of lists", Tone.Neutral),
            new("CPU", Quantity.Percent(process?.CpuPercent),
                process is null ? "of all cores" : process.Cores == 1 ? "of 1 core" : $"of {process.Cores} cores",
                process?.CpuPercent >= 90 ? Tone.Warn : Tone.Neutral),
            new("Memory", Quantity.Bytes(process?.WorkingSetBytes),
                process is null ? "heap" : $"{Quantity.Bytes(process.ManagedHeapBytes)} heap", Tone.Neutral),
        ];
    }
}
