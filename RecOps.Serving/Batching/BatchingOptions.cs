using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Batching;

/// <summary>How requests share runs of the device.</summary>
public sealed class BatchingOptions
{
    public const string Section = "Batching";

    /// <summary>Whether requests share runs at all; otherwise each runs alone. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Milliseconds that a request waits for others at most while the device is busy, 0 to 1000. Default 10.</summary>
    [Range(0, 1000)]
    public int MaxWaitMs { get; set; } = 10;

    /// <summary>The most requests in one batch, 1 to 1024. Default 64.</summary>
    [Range(1, 1024)]
    public int MaxBatch { get; set; } = 64;

    /// <summary>Requests that may wait for the device, 1 to 100,000; more are turned away at once. Default 1024.</summary>
    [Range(1, 100_000)]
    public int MaxQueue { get; set; } = 1024;

    /// <summary>
    /// Batches computed at the same time, 0 to 256; 0 means as many as the device is good for: one for each core of a CPU. Default 0.
    /// </summary>
    [Range(0, 256)]
    public int Lanes { get; set; }

    /// <param name="slo">Time that answers should take.</param>
    /// <param name="second">Ticks of a second.</param>
    internal BatchLimits LimitsFor<TJob>(IBatchDevice<TJob> device, TimeSpan slo, long second)
        where TJob : BatchJob<TJob>
    {
        int maxBatch = Enabled ? Math.Min(MaxBatch, device.MaxBatch) : 1;
        return new BatchLimits(
            device.Lanes,
            device.IndependentLanes,
            maxBatch,
            BatchLimits.PaddedSizes(maxBatch, device.PaddedSize),
            MaxQueue,
            (long)(MaxWaitMs / 1000.0 * second),
            (long)(slo.TotalSeconds * second),
            second
        );
    }
}
