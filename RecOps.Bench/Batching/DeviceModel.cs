namespace RecOps.Bench.Batching;

/// <summary>A device as the simulation sees it: a batch takes α times its padded size plus β, give or take.</summary>
/// <param name="Lanes">Batches at the same time.</param>
/// <param name="IndependentLanes">Whether each lane has a processor of its own; otherwise they share one, which computes one batch at a
/// time.</param>
/// <param name="AlphaMs">Milliseconds for one more job.</param>
/// <param name="BetaMs">Milliseconds for the batch itself.</param>
/// <param name="HostMs">Milliseconds of preparation, which on a shared processor overlap with the batch before.</param>
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

    /// <summary>Coefficient of variation of the time of a batch.</summary>
    public const double Noise = 0.1;

    public static IReadOnlyList<DeviceModel> Standard { get; } =
    [
        new("GPU", 1, false, 0.05, 4, 0, 50, true),
        new("GPU, two lanes", 2, false, 0.05, 4, 0.5, 50, true),
        new("GPU, tight objective", 1, false, 0.2, 5, 0, 22, true),
        new("CPU, two cores", 2, true, 1, 0.5, 0, 50, false),
    ];

    public int PaddedSize(int count) => Padded ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count) : count;

    /// <summary>Mean milliseconds on the processor.</summary>
    public double ComputeMs(int count) => (AlphaMs * PaddedSize(count)) + BetaMs;

    /// <summary>
    /// Jobs a second when it never rests: the best of all sizes with which who comes during one batch can still be in time in the next.
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

    /// <summary>Jobs a second in batches of one.</summary>
    public double UnbatchedPerSecond() => 1000 / ComputeMs(1) * (IndependentLanes ? Lanes : 1);

    /// <summary>A tenth of what is done without batching, as a share of the peak.</summary>
    public double LightLoad => 0.1 * UnbatchedPerSecond() / PeakPerSecond();
}
