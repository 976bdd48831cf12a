namespace RecOps.Serving.Batching;

/// <summary>
/// Arrivals per tick, from two exponentially weighted averages. The fast one reacts to bursts, the slow one remembers them; the larger
/// counts, because a batch sized too small costs more than one sized too large.
/// </summary>
internal sealed class ArrivalRate
{
    private readonly double _fastDecay;
    private readonly double _slowDecay;
    private double _fast;
    private double _slow;
    private long _last;

    /// <param name="fastTicks">Time constant of the fast average.</param>
    /// <param name="slowTicks">Time constant of the slow average.</param>
    public ArrivalRate(long fastTicks, long slowTicks)
    {
        _fastDecay = 1.0 / fastTicks;
        _slowDecay = 1.0 / slowTicks;
    }

    public void Observe(long now)
    {
        Decay(now);
        _fast += _fastDecay;
        _slow += _slowDecay;
    }

    public double PerTick(long now)
    {
        Decay(now);
        return Math.Max(_fast, _slow);
    }

    private void Decay(long now)
    {
        long passed = now - _last;
        if (passed <= 0)
            return;
        _fast *= Math.Exp(-passed * _fastDecay);
        _slow *= Math.Exp(-passed * _slowDecay);
        _last = now;
    }
}
