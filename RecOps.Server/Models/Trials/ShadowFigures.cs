using HdrHistogram;
using RecOps.Serving.Metrics;
using RecOps.Serving.Models;
using RecOps.Shared.Models;

namespace RecOps.Server.Models.Trials;

/// <summary>How the shadow's rankings compare with the active model's. One writer; readers get a consistent state.</summary>
internal sealed class ShadowFigures
{
    private const int Top = 10;

    // Bins of half a power of two each: scores are probabilities, most of them small.
    private const int Bins = 48;
    private readonly Lock _lock = new();
    private readonly HistogramBase _ownLatency = LatencyHistogram.New();
    private readonly HistogramBase _activeLatency = LatencyHistogram.New();
    private readonly long[] _ownScores = new long[Bins];
    private readonly long[] _activeScores = new long[Bins];
    private long _compared;
    private long _ordered;
    private long _failed;
    private double _overlap;
    private double _tau;
    private double _ownScoreSum;
    private double _activeScoreSum;
    private long _skipped;

    public void Skipped() => Interlocked.Increment(ref _skipped);

    public void Failed()
    {
        lock (_lock)
            _failed++;
    }

    /// <param name="own">The shadow's list, best first; items by id, since models may number them differently.</param>
    /// <param name="active">The active model's.</param>
    public void Compared(
        IReadOnlyList<(string Id, float Score)> own,
        long ownNanoseconds,
        IReadOnlyList<(string Id, float Score)> active,
        long activeNanoseconds
    )
    {
        int length = Math.Min(Top, active.Count);
        if (length == 0)
            return;
        HashSet<string> first = [.. own.Take(Top).Select(item => item.Id)];
        double overlap = active.Take(Top).Count(item => first.Contains(item.Id)) / (double)length;
        double? tau = KendallTau([.. own.Select(item => item.Id)], [.. active.Select(item => item.Id)]);
        lock (_lock)
        {
            _compared++;
            _overlap += overlap;
            if (tau is { } order)
            {
                _tau += order;
                _ordered++;
            }

            _ownLatency.RecordValue(Math.Clamp(ownNanoseconds, 1, LatencyHistogram.Highest));
            _activeLatency.RecordValue(Math.Clamp(activeNanoseconds, 1, LatencyHistogram.Highest));
            _ownScoreSum += Count(own, _ownScores);
            _activeScoreSum += Count(active, _activeScores);
        }
    }

    public ShadowState Describe(ModelTrial trial, string model, string against)
    {
        lock (_lock)
        {
            long own = _ownScores.Sum();
            long active = _activeScores.Sum();
            return new ShadowState(
                trial.Bundle,
                model,
                trial.Share,
                trial.At,
                trial.By,
                against,
                _compared,
                Interlocked.Read(ref _skipped),
                _failed,
                _compared == 0 ? null : _overlap / _compared,
                _ordered == 0 ? null : _tau / _ordered,
                LiveFigures.Summarize(_ownLatency),
                LiveFigures.Summarize(_activeLatency),
                own == 0 ? null : _ownScoreSum / own,
                active == 0 ? null : _activeScoreSum / active,
                own == 0 || active == 0 ? null : StabilityIndex(_ownScores, _activeScores)
            );
        }
    }

    /// <summary>Kendall's tau over the items in both lists.</summary>
    /// <returns>−1 to 1; null for fewer than two.</returns>
    internal static double? KendallTau(string[] a, string[] b)
    {
        Dictionary<string, int> places = b.Select((id, place) => (id, place))
            .ToDictionary(pair => pair.id, pair => pair.place, StringComparer.Ordinal);
        float[] others = [.. a.Where(places.ContainsKey).Select(id => (float)places[id])];
        float[] own = [.. Enumerable.Range(0, others.Length).Select(place => (float)place)];
        return RankCorrelation.KendallTau(own, others);
    }

    /// <summary>
    /// Population stability index: Σ (p − q) · ln(p ÷ q) over the bins, each smoothed by half a count so that an empty bin does not
    /// dominate.
    /// </summary>
    internal static double StabilityIndex(long[] own, long[] active)
    {
        (double ownSum, double activeSum) = (own.Sum() + (own.Length / 2.0), active.Sum() + (active.Length / 2.0));
        double index = 0;
        for (int i = 0; i < own.Length; i++)
        {
            (double p, double q) = ((own[i] + 0.5) / ownSum, (active[i] + 0.5) / activeSum);
            index += (p - q) * Math.Log(p / q);
        }

        return index;
    }

    private static double Count(IReadOnlyList<(string Id, float Score)> list, long[] bins)
    {
        double sum = 0;
        foreach ((_, float score) in list)
        {
            sum += score;
            bins[score <= 0 ? Bins - 1 : Math.Clamp((int)(-2 * Math.Log2(score)), 0, Bins - 1)]++;
        }

        return sum;
    }
}
