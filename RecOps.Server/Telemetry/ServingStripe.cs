using HdrHistogram;
using RecOps.Serving.Metrics;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>
/// What was counted on some of the processors. Threads that count in the same memory take it from each other again and again, which costs
/// several times what counting does; here each processor mostly has memory of its own, and a reader adds all of it up.
/// </summary>
internal sealed class ServingStripe(int counts)
{
    // Neighbours in memory may be another processor's; a line of the processors' caches is 64 bytes, and they fetch two.
    private const int Apart = 128 / sizeof(long);
    private readonly long[] _counts = new long[counts + (2 * Apart)];
    private readonly Recorder[] _recorders = Array.ConvertAll(Stage.All, _ => LatencyHistogram.NewRecorder());
    private readonly HistogramBase?[] _recycled = new HistogramBase?[Stage.All.Length];

    public void Count(int place) => Interlocked.Increment(ref _counts[Apart + place]);

    /// <summary>Since the start.</summary>
    public long Counted(int place) => Volatile.Read(ref _counts[Apart + place]);

    public void Record(int stage, long nanoseconds) => _recorders[stage].RecordValue(nanoseconds);

    /// <summary>Adds what was recorded since the last call. Only one caller at a time.</summary>
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
