using System.ComponentModel.DataAnnotations;

namespace RecOps.Serving.Batching;

/// <summary>How requests are batched.</summary>
public sealed class BatchingOptions
{
    public const string Section = "Batching";

    /// <summary>Whether requests are batched at all; otherwise each runs alone. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Longest time in milliseconds that a request waits for others while the device is busy, 0 to 1000. Default 10.</summary>
    [Range(0, 1000)]
    public int MaxWaitMs { get; set; } = 10;

    /// <summary>Largest batch in requests, 1 to 1024. Default 64.</summary>
    [Range(1, 1024)]
    public int MaxBatch { get; set; } = 64;

    /// <summary>Requests that may wait for the device, 1 to 100,000; more are rejected at once. Default 1024.</summary>
    [Range(1, 100_000)]
    public int MaxQueue { get; set; } = 1024;

    /// <summary>Concurrent batches, 0 to 256; 0 means as many as suit the device: one per core of a CPU. Default 0.</summary>
    [Range(0, 256)]
    public int Lanes { get; set; }

    /// <param name="slo">Target response time.</param>
    /// <param name="second">Ticks per second.</param>
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
