namespace RecOps.Bench.Batching;

/// <summary>Decides when batches end.</summary>
internal sealed class SimulatedDevice(DeviceModel model, int seed)
{
    /// <summary>Ticks in a second of virtual time.</summary>
    public const long Second = 10_000_000;

    private readonly Random _random = new(seed);
    private readonly double _sigma = Math.Sqrt(Math.Log(1 + (DeviceModel.Noise * DeviceModel.Noise)));
    private long _processorFree;

    public static long Ticks(double milliseconds) => (long)(milliseconds * Second / 1000);

    /// <summary>When a batch that starts now will end.</summary>
    public long End(int count, long now)
    {
        long compute = Ticks(model.ComputeMs(count) * Jitter());
        if (model.IndependentLanes)
            return now + Ticks(model.HostMs) + compute;
        _processorFree = Math.Max(now + Ticks(model.HostMs), _processorFree) + compute;
        return _processorFree;
    }

    /// <summary>Log-normal with mean 1.</summary>
    private double Jitter()
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return Math.Exp((_sigma * normal) - (_sigma * _sigma / 2));
    }
}
