namespace RecOps.Serving.Engine;

/// <summary>What was seen of one stretch of time.</summary>
/// <param name="MeanTicks">Latency of what was completed, queueing included.</param>
/// <param name="Completed">How many that were.</param>
/// <param name="Late">Those of them that came too late.</param>
/// <param name="MostInFlight">At one moment.</param>
internal readonly record struct LimitWindow(double MeanTicks, int Completed, int Late, int MostInFlight);

/// <summary>
/// How many computations at a time a machine can take, found from their latency alone. A gradient limit as in Netflix's
/// concurrency-limits (Gradient2): the limit is multiplied by how much faster an unloaded machine would have been and grows by the
/// square root of itself. Two things differ. What counts as unloaded is not a long average, which under lasting overload drifts up to
/// the overload, but is measured at the lowest limit every so often, as BBR does with its round trip (Cardwell et al., 2016). And
/// waiting is allowed in milliseconds rather than as a factor, so that short and long computations queue equally long.
/// </summary>
/// <param name="min">At least 1; enough to keep all cores busy.</param>
/// <param name="max">At least <paramref name="min"/>.</param>
/// <param name="queueTicks">How long a computation may wait for others.</param>
internal sealed class GradientLimit(int min, int max, long queueTicks)
{
    /// <summary>
    /// Windows between two measurements at the lowest limit while the limit is held back; one that is not needs no other baseline.
    /// </summary>
    public const int ProbeEvery = 200;

    private const double Smoothing = 0.5;
    private const double StrongestCut = 0.5;
    private const double LateCut = 0.8;
    private const double LateShare = 0.05;
    private const double BaselineGain = 0.2;
    private double _limit = min;
    private double _baseline;
    private int _sinceUnloaded;
    private Probe _probe;

    private enum Probe
    {
        None,

        /// <summary>What entered under the old limit is still running.</summary>
        Draining,
        Measuring,
    }

    /// <summary>Computations at a time from now on.</summary>
    public int Limit => _probe == Probe.None ? (int)_limit : min;

    /// <summary>Latency without queueing, ticks; 0 until known.</summary>
    public double BaselineTicks => _baseline;

    /// <summary>Takes a window with at least one completion into account.</summary>
    public void Update(in LimitWindow window)
    {
        if (_probe == Probe.Draining)
        {
            _probe = Probe.Measuring;
            return;
        }

        bool unloaded = _probe == Probe.Measuring || window.MostInFlight <= min;
        _sinceUnloaded = unloaded ? 0 : _sinceUnloaded + 1;
        if (_probe == Probe.Measuring || _baseline == 0)
            _baseline = window.MeanTicks;
        else if (unloaded)
            _baseline += BaselineGain * (window.MeanTicks - _baseline);
        else
            _baseline = Math.Min(_baseline, window.MeanTicks);
        bool measured = _probe == Probe.Measuring;
        _probe = Probe.None;
        if (measured)
            return;
        _limit = Next(window);
        bool heldBack = window.MeanTicks > _baseline + queueTicks;
        if (heldBack && _sinceUnloaded >= ProbeEvery)
            _probe = Probe.Draining;
    }

    private double Next(in LimitWindow window)
    {
        if (window.Late > LateShare * window.Completed)
            return Math.Max(min, _limit * LateCut);
        double gradient = Math.Clamp((_baseline + queueTicks) / window.MeanTicks, StrongestCut, 1);

        // Who does not use the room there is learns nothing about more of it.
        if (gradient == 1 && window.MostInFlight < _limit / 2)
            return _limit;
        double wanted = (_limit * gradient) + Math.Sqrt(_limit);
        return Math.Clamp(_limit + (Smoothing * (wanted - _limit)), min, max);
    }
}
