using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>Distributes the latencies of slices over classes for the heat map.</summary>
internal static class LatencyMaps
{
    /// <summary>Three classes for each doubling, from 50 µs to about 3 s.</summary>
    public static readonly double[] BoundsMs = [.. Enumerable.Range(0, 49).Select(i => Math.Round(0.05 * Math.Pow(2, i / 3.0), 4))];

    /// <param name="slices">Oldest first.</param>
    /// <param name="stage">Index of the stage in <see cref="Stage.All"/>.</param>
    public static LatencyMap Of(ReadOnlySpan<TelemetrySlice> slices, int stepSeconds, int stage)
    {
        var columns = new List<LatencyColumn>();
        long step = long.MinValue;
        foreach (TelemetrySlice slice in slices)
        {
            long number = slice.Start.ToUnixTimeSeconds() / stepSeconds;
            if (number != step)
            {
                columns.Add(new LatencyColumn(DateTimeOffset.FromUnixTimeSeconds(number * stepSeconds), new long[BoundsMs.Length + 1]));
                step = number;
            }

            foreach ((long nanoseconds, long count) in slice.Stages[stage].Buckets)
                columns[^1].Counts[ClassOf(nanoseconds / 1e6)] += count;
        }

        return new LatencyMap(stepSeconds, BoundsMs, [.. columns]);
    }

    private static int ClassOf(double milliseconds)
    {
        int at = Array.BinarySearch(BoundsMs, milliseconds);
        return at >= 0 ? at : ~at;
    }
}
