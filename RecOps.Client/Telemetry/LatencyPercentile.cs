using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Which percentile a chart of stages shows.</summary>
public enum LatencyPercentile
{
    P50,
    P90,
    P99,
    P999,
}

internal static class LatencyPercentiles
{
    public static readonly (LatencyPercentile, string)[] Options =
    [
        (LatencyPercentile.P50, "p50"),
        (LatencyPercentile.P90, "p90"),
        (LatencyPercentile.P99, "p99"),
        (LatencyPercentile.P999, "p99.9"),
    ];

    public static string Name(this LatencyPercentile percentile) => Array.Find(Options, option => option.Item1 == percentile).Item2;

    public static double? Of(this LatencyPercentile percentile, StageLatency stage) =>
        percentile switch
        {
            LatencyPercentile.P50 => stage.P50Ms,
            LatencyPercentile.P90 => stage.P90Ms,
            LatencyPercentile.P99 => stage.P99Ms,
            _ => stage.P999Ms,
        };

    /// <summary>Parses the form used in addresses; p99, the default, for anything else.</summary>
    public static LatencyPercentile Parse(string? text) =>
        Enum.TryParse(text, ignoreCase: true, out LatencyPercentile percentile) && Enum.IsDefined(percentile) && !char.IsDigit(text![0])
            ? percentile
            : LatencyPercentile.P99;

    /// <returns>Null for the default.</returns>
    public static string? ToQuery(this LatencyPercentile percentile) =>
        percentile == LatencyPercentile.P99 ? null : percentile.ToString().ToLowerInvariant();
}
