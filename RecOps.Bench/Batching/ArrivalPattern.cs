namespace RecOps.Bench.Batching;

/// <summary>How requests arrive.</summary>
internal enum ArrivalPattern
{
    /// <summary>Independently of each other, at a constant rate.</summary>
    Poisson,

    /// <summary>
    /// A Markov-modulated Poisson process: half the mean rate for 400 ms on average, then three times the mean rate for 100 ms.
    /// </summary>
    Bursty,
}

/// <summary>Draws arrival times; the same seed gives the same times.</summary>
internal sealed class ArrivalGenerator(ArrivalPattern pattern, double perSecond, int seed)
{
    private const double QuietShare = 0.5,
        BurstShare = 3,
        QuietSeconds = 0.4,
        BurstSeconds = 0.1;
    private readonly Random _random = new(seed);
    private bool _burst = true;
    private double _stateEnds;
    private double _now;

    /// <summary>Seconds from the start to the next arrival.</summary>
    public double Next()
    {
        if (pattern == ArrivalPattern.Poisson)
            return _now += Exponential(1 / perSecond);
        while (true)
        {
            // The process is memoryless: an arrival after a change of state is drawn again at the new rate.
            double next = _now + Exponential(1 / (perSecond * (_burst ? BurstShare : QuietShare)));
            if (_stateEnds > 0 && next <= _stateEnds)
                return _now = next;
            _now = _stateEnds;
            _burst = !_burst;
            _stateEnds = _now + Exponential(_burst ? BurstSeconds : QuietSeconds);
        }
    }

    private double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());
}
