using HdrHistogram;
using RecOps.Serving.Metrics;
using RecOps.Shared.Models;

namespace RecOps.Serving.Models;

/// <summary>
/// Live figures of a model's lists since a start time: latency, share of fallback lists, click rate. Safe from any thread.
/// </summary>
internal sealed class LiveFigures(string model, DateTimeOffset since)
{
    // 95 %.
    private const double Z = 1.96;
    private readonly Recorder _latency = LatencyHistogram.NewRecorder();
    private readonly HistogramBase _all = LatencyHistogram.New();
    private readonly Lock _reading = new();
    private readonly long _sinceMinute = since.ToUnixTimeSeconds() / 60;
    private long _degraded;
    private long _lists;
    private long _clicks;
    private long _purchases;

    /// <param name="nanoseconds">Time to make the list.</param>
    public void Answered(long nanoseconds, bool degraded)
    {
        _latency.RecordValue(Math.Clamp(nanoseconds, 1, LatencyHistogram.Highest));
        Interlocked.Increment(ref _lists);
        if (degraded)
            Interlocked.Increment(ref _degraded);
    }

    /// <param name="minute">When the list was served: minutes since 1970, modulo 65,536.</param>
    /// <param name="nowMinute">Minutes since 1970.</param>
    public void Happened(bool isClick, int minute, long nowMinute)
    {
        // Lists from before the start are not counted.
        long age = (nowMinute - minute) & 65_535;
        if (nowMinute - age < _sinceMinute)
            return;
        if (isClick)
            Interlocked.Increment(ref _clicks);
        else
            Interlocked.Increment(ref _purchases);
    }

    public CanaryArm Describe()
    {
        (long lists, long clicks) = (Interlocked.Read(ref _lists), Interlocked.Read(ref _clicks));
        (double Low, double High)? interval = lists == 0 ? null : Wilson(Math.Min(clicks, lists), lists);
        return new CanaryArm(
            model,
            lists,
            Interlocked.Read(ref _degraded),
            clicks,
            Interlocked.Read(ref _purchases),
            lists == 0 ? null : clicks / (double)lists,
            interval?.Low,
            interval?.High,
            Latency()
        );
    }

    /// <summary>Confidence interval of a share with k of n observed (Wilson 1927).</summary>
    public static (double Low, double High) Wilson(long k, long n)
    {
        double p = k / (double)n;
        double middle = (p + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        double half = Z / (1 + (Z * Z / n)) * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4.0 * n * n)));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    private ModelLatency Latency()
    {
        lock (_reading)
        {
            _all.Add(_latency.GetIntervalHistogram());
            return Summarize(_all);
        }
    }

    public static ModelLatency Summarize(HistogramBase histogram) =>
        histogram.TotalCount == 0
            ? new ModelLatency(0, null, null)
            : new ModelLatency(
                histogram.TotalCount,
                LatencyHistogram.PercentileOf(histogram, 50),
                LatencyHistogram.PercentileOf(histogram, 99)
            );
}
