using HdrHistogram;

namespace RecOps.Serving.Metrics;

/// <summary>
/// How latencies are counted: log-linear buckets of nanoseconds up to a minute, each at most 1% wide (HdrHistogram, two significant
/// digits).
/// </summary>
internal static class LatencyHistogram
{
    public const long Highest = 60_000_000_000;
    private const int SignificantDigits = 2;
    public const int SamplesForP999 = 1000;

    public static Recorder NewRecorder() =>
        HistogramFactory
            .With64BitBucketSize()
            .WithValuesFrom(1)
            .WithValuesUpTo(Highest)
            .WithPrecisionOf(SignificantDigits)
            .WithThreadSafeWrites()
            .WithThreadSafeReads()
            .Create();

    public static HistogramBase New() => new LongHistogram(1, Highest, SignificantDigits);

    /// <summary>The nearest rank of a percentile, from 1: of the least value that no less than this share does not exceed.</summary>
    public static long RankOf(long count, double percentile) => Math.Max(1, (long)Math.Ceiling((count * percentile / 100) - 1e-6));

    /// <summary>Of the nearest rank: HdrHistogram rounds the rank, and gives the 74th of 75 values as their p99. Milliseconds.</summary>
    /// <param name="histogram">Of nanoseconds; not empty.</param>
    public static double PercentileOf(HistogramBase histogram, double percentile)
    {
        long count = histogram.TotalCount;
        return histogram.GetValueAtPercentile(100d * RankOf(count, percentile) / count) / 1e6;
    }
}
