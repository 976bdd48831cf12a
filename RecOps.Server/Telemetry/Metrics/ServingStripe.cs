using HdrHistogram;
using RecOps.Serving.Metrics;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Metrics;

/// <summary>
/// Counters of some of the processors. Threads that count in the same memory keep taking the cache line from each other, which costs
/// several times as much as counting. So each processor mostly has its own stripe, and a reader adds them up.
/// </summary>
internal sealed class ServingStripe(int counts)
{
    // Adjacent memory may be another processor's: cache lines are 64 bytes, and processors fetch them in pairs.
    private const int Apart = 128 / sizeof(long);
    private readonly long[] _counts = new long[counts + (2 * Apart)];
    private readonly Recorder[] _recorders = Array.ConvertAll(Stage.All, _ => LatencyHistogram.NewRecorder());
    private readonly HistogramBase?[] _recycled = new HistogramBase?[Stage.All.Length];

    public void Count(int place) => Interlocked.Increment(ref _counts[Apart + place]);

    /// <summary>Since the start.</summary>
    public long Counted(int place) => Volatile.Read(ref _counts[Apart + place]);

    public void Record(int stage, long nanoseconds) => _recorders[stage].RecordValue(nanoseconds);

    /// <summary>Adds what was recorded since the last call. One caller at a time.</summary>
    public void TakeInto(int stage, HistogramBase sum)
    {
        HistogramBase taken = _recycled[stage] is { } used
            ? _recorders[stage].GetIntervalHistogram(used)
            : _recorders[stage].GetIntervalHistogram();
        _recycled[stage] = taken;
        if (taken.TotalCount > 0)
            sum.Add(taken);
    }
}
