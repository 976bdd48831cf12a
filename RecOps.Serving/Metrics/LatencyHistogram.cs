using HdrHistogram;

namespace RecOps.Serving.Metrics;

/// <summary>
/// Latency histograms: log-linear buckets of nanoseconds up to a minute, each at most 1% wide. Source: HdrHistogram with two significant
/// digits.
/// 1. Recorders accept samples from any thread and are swapped out without stopping writers.
/// 2. Windows are merged by adding histograms; percentiles are never averaged.
/// 3. Percentiles use the nearest rank.
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

    /// <summary>
    /// The nearest rank of a percentile, from 1: that of the smallest value that at least this share of the samples does not exceed.
    /// </summary>
    public static long RankOf(long count, double percentile) => Math.Max(1, (long)Math.Ceiling((count * percentile / 100) - 1e-6));

    /// <summary>
    /// Value at the nearest rank, in milliseconds. HdrHistogram rounds the rank, and would return the 74th of 75 values as their p99.
    /// </summary>
    /// <param name="histogram">Histogram of nanoseconds; not empty.</param>
    public static double PercentileOf(HistogramBase histogram, double percentile)
    {
        long count = histogram.TotalCount;
        return histogram.GetValueAtPercentile(100d * RankOf(count, percentile) / count) / 1e6;
    }
}
