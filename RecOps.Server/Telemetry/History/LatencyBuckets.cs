using RecOps.Serving.Metrics;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>
/// The non-empty buckets of several slices' latencies, for percentiles over all of them. An hour has 3,600 one-second windows with ten of
/// these each, so walking through full histograms, with thousands of mostly empty buckets, would be slow. Its memory is reused after <see
/// cref="Reset"/>.
/// </summary>
internal sealed class LatencyBuckets
{
    private readonly List<(long Value, long Count)> _buckets = [];
    private long _count;
    private bool _isSorted = true;

    public void Reset()
    {
        _buckets.Clear();
        (_count, _isSorted) = (0, true);
    }

    public void Add(CompactHistogram latencies)
    {
        _isSorted &= _buckets.Count == 0;
        foreach ((long value, long count) in latencies.Buckets)
        {
            _buckets.Add((Math.Min(value, LatencyHistogram.Highest), count));
            _count += count;
        }
    }

    /// <param name="sumNanoseconds">Sum over all of them.</param>
    public StageLatency Summarize(string stage, long sumNanoseconds)
    {
        if (_count == 0)
            return new StageLatency(stage, 0, 0, null, null, null, null, null);
        if (!_isSorted)
            _buckets.Sort((a, b) => a.Value.CompareTo(b.Value));
        _isSorted = true;
        return new StageLatency(
            stage,
            _count,
            sumNanoseconds / 1e6,
            At(50),
            At(90),
            At(99),
            _count < LatencyHistogram.SamplesForP999 ? null : At(99.9),
            _buckets[^1].Value / 1e6
        );
    }

    private double At(double percentile)
    {
        long rank = LatencyHistogram.RankOf(_count, percentile);
        foreach ((long value, long count) in _buckets)
        {
            rank -= count;
            if (rank <= 0)
                return value / 1e6;
        }

        return _buckets[^1].Value / 1e6;
    }
}
