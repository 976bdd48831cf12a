namespace RecOps.Serving.Batching;

/// <summary>Mean and deviation of a stream, with older samples fading.</summary>
internal struct RunningMoments
{
    private const double Weight = 0.05;

    // A pause of the process says nothing about the device, so a sample is clipped at this many deviations above the mean. A real change
    // still gets through, since each clipped sample widens the deviation.
    private const double Clip = 4;
    private const double LeastDeviation = 0.25;
    private double _variance;

    public int Count { get; private set; }

    public double Mean { get; private set; }

    public readonly double Deviation => Math.Sqrt(_variance);

    /// <summary>The sample, clipped to what is plausible.</summary>
    public readonly double Believe(double sample, int enough) =>
        Count < enough ? sample : Math.Min(sample, Mean + (Clip * Math.Max(Deviation, LeastDeviation * Mean)));

    public void Observe(double sample)
    {
        if (Count < int.MaxValue)
            Count++;
        double weight = Math.Max(Weight, 1.0 / Count);
        double delta = sample - Mean;
        Mean += weight * delta;
        _variance = (1 - weight) * (_variance + (weight * delta * delta));
    }
}
