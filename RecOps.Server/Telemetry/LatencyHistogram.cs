using HdrHistogram;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>
/// How latencies are counted: log-linear buckets of nanoseconds up to a minute, each at most 1% wide (HdrHistogram, two significant
/// digits).
/// </summary>
internal static class LatencyHistogram
{
    public const long Highest = 60_000_000_000;
    private const int SignificantDigits = 2;
    private const int SamplesForP999 = 1000;

    public static Recorder NewRecorder() => HistogramFactory.With64BitBucketSize()
        .WithValuesFrom(1).WithValuesUpTo(Highest).WithPrecisionOf(SignificantDigits).WithThreadSafeWrites().WithThreadSafeReads().Create();

    public static HistogramBase New() => new LongHistogram(1, Highest, SignificantDigits);

    public static StageLatency Summarize(string stage, HistogramBase histogram, long sumNanoseconds)
    {
        long count = histogram.TotalCount;
        if (count == 0) return new StageLatency(stage, 0, 0, null, null, null, null, null);
        return new StageLatency(
            stage, count, sumNanoseconds / 1e6, At(50), At(90), At(99), count < SamplesForP999 ? null : At(99.9), histogram.GetMaxValue() / 1e6);

        // Of the nearest rank: the least latency that no less than this share does not exceed. The library rounds the rank; one that is whole stays.
        double At(double percentile) => histogram.GetValueAtPercentile(100 * Math.Ceiling((count * percentile / 100) - 1e-6) / count) / 1e6;
    }
}
