namespace RecOps.Serving.Engine;

/// <summary>Observations of one window of time.</summary>
/// <param name="MeanTicks">Mean latency of completed computations, queueing included.</param>
/// <param name="Completed">Number of completed computations.</param>
/// <param name="Late">How many of them were late.</param>
/// <param name="MostInFlight">Peak in the window.</param>
internal readonly record struct LimitWindow(double MeanTicks, int Completed, int Late, int MostInFlight);

/// <summary>
/// Finds how many computations the machine can run concurrently, from latency alone. Source: Netflix concurrency-limits (Gradient2).
/// 1. The baseline is the latency without queueing.
/// 2. gradient = (baseline + allowed queueing) ÷ mean latency, at most 1 and at least ½.
/// 3. New limit = limit × gradient + √limit, smoothed by half. With a gradient of 1 and less than half of it used, it stays.
/// 4. If more than 5 % of the computations were late, the limit is cut to 80 % instead.
/// Two differences: the baseline is not a long average, which drifts up under lasting overload. It is measured now and then at the minimum
/// limit, as BBR probes its round-trip time (Cardwell et al., 2016). And queueing is allowed in milliseconds, not as a factor, so that
/// short and long computations queue equally long.
/// </summary>
/// <param name="min">At least 1; enough to keep all cores busy.</param>
/// <param name="max">At least <paramref name="min"/>.</param>
/// <param name="queueTicks">Longest time that a computation may wait for others.</param>
internal sealed class GradientLimit(int min, int max, long queueTicks)
{
    /// <summary>
    /// Windows between two measurements at the minimum limit while the limit is held back; otherwise no new baseline is needed.
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

        /// <summary>Computations admitted under the old limit are still running.</summary>
        Draining,
        Measuring,
    }

    /// <summary>Limit of concurrent computations from now on.</summary>
    public int Limit => _probe == Probe.None ? (int)_limit : min;

    /// <summary>Latency without queueing, in ticks; 0 until known.</summary>
    public double BaselineTicks => _baseline;

    /// <summary>Updates the limit from a window with at least one completion.</summary>
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

        // Unused room says nothing about whether there could be more.
        if (gradient == 1 && window.MostInFlight < _limit / 2)
            return _limit;
        double wanted = (_limit * gradient) + Math.Sqrt(_limit);
        return Math.Clamp(_limit + (Smoothing * (wanted - _limit)), min, max);
    }
}
