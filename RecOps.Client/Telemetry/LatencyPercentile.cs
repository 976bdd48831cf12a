using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Which percentile the stage chart shows.</summary>
public enum LatencyPercentile
{
    P50,
    P99,
}

internal static class LatencyPercentiles
{
    public static double? Of(this LatencyPercentile percentile, StageLatency stage)
        => percentile == LatencyPercentile.P50 ? stage.P50Ms : stage.P99Ms;
}
