namespace RecOps.Bench.Batching;

/// <summary>A simulated device: a batch takes α times its padded size plus β, with some noise.</summary>
/// <param name="Lanes">Number of concurrent batches.</param>
/// <param name="IndependentLanes">Whether each lane has its own processor; otherwise they share one, which computes one batch at a
/// time.</param>
/// <param name="AlphaMs">Milliseconds per job.</param>
/// <param name="BetaMs">Milliseconds per batch.</param>
/// <param name="HostMs">Milliseconds of preparation, which on a shared processor overlap with the previous batch.</param>
/// <param name="SloMs">Milliseconds an answer may take; also the deadline of each request.</param>
/// <param name="Padded">Whether sizes are padded to powers of two.</param>
internal sealed record DeviceModel(
    string Name,
    int Lanes,
    bool IndependentLanes,
    double AlphaMs,
    double BetaMs,
    double HostMs,
    double SloMs,
    bool Padded
)
{
    public const int MaxBatch = 64;

    /// <summary>Coefficient of variation of a batch's duration.</summary>
    public const double Noise = 0.1;

    public static IReadOnlyList<DeviceModel> Standard { get; } =
    [
        new("GPU", 1, false, 0.05, 4, 0, 50, true),
        new("GPU, two lanes", 2, false, 0.05, 4, 0.5, 50, true),
        new("GPU, tight objective", 1, false, 0.2, 5, 0, 22, true),
        new("CPU, two cores", 2, true, 1, 0.5, 0, 50, false),
    ];

    public int PaddedSize(int count) => Padded ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count) : count;

    /// <summary>Mean compute time in milliseconds.</summary>
    public double ComputeMs(int count) => (AlphaMs * PaddedSize(count)) + BetaMs;

    /// <summary>
    /// Jobs per second when the device never idles: the best over all batch sizes that let a job arriving during one batch be in time in
    /// the next.
    /// </summary>
    public double PeakPerSecond()
    {
        double best = 1 / (ComputeMs(1) + HostMs);
        for (int size = 1; size <= MaxBatch; size++)
        {
            if (2 * (ComputeMs(size) + HostMs) <= SloMs)
                best = Math.Max(best, size / ComputeMs(size));
        }

        return 1000 * best * (IndependentLanes ? Lanes : 1);
    }

    /// <summary>Jobs per second in batches of one.</summary>
    public double UnbatchedPerSecond() => 1000 / ComputeMs(1) * (IndependentLanes ? Lanes : 1);

    /// <summary>A tenth of the throughput without batching, as a share of the peak.</summary>
    public double LightLoad => 0.1 * UnbatchedPerSecond() / PeakPerSecond();
}
