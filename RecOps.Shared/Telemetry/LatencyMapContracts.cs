namespace RecOps.Shared.Telemetry;

/// <summary>The distribution of latencies over time.</summary>
/// <param name="BoundsMs">Upper bound of each class, ascending; slower ones are in a class of their own after the last.</param>
/// <param name="Columns">Oldest first; times without data are left out.</param>
public sealed record LatencyMap(int StepSeconds, double[] BoundsMs, LatencyColumn[] Columns);

/// <param name="Counts">By class, one more than there are bounds.</param>
public sealed record LatencyColumn(DateTimeOffset Start, long[] Counts);
