using System.Numerics;
using RecOps.Serving.Metrics;

namespace RecOps.Serving.Batching;

/// <summary>What happened in one interval of about a second.</summary>
/// <param name="BatchesByReason">By <see cref="BatchReason"/>.</param>
/// <param name="JobsByOutcome">Jobs without a result of their own, by <see cref="BatchOutcome"/>; completed ones are counted in the
/// batches.</param>
/// <param name="SharedResults">Jobs that got another job's result.</param>
/// <param name="Jobs">In all batches.</param>
/// <param name="PaddedJobs">Jobs including padding.</param>
/// <param name="PredictedSeconds">Sum over the batches.</param>
/// <param name="ActualSeconds">Sum over the batches that ended in the interval, each counted in full.</param>
/// <param name="Elapsed">Length of the interval.</param>
/// <param name="BatchesBySize">By the smallest of <see cref="SizeBounds"/> that holds it; larger batches are last.</param>
/// <param name="Waits">Longest wait of each batch's jobs before it left.</param>
internal sealed record BatchingSecond(
    long[] BatchesByReason,
    long[] JobsByOutcome,
    long SharedResults,
    long Jobs,
    long PaddedJobs,
    double PredictedSeconds,
    double ActualSeconds,
    TimeSpan Elapsed,
    long[] BatchesBySize,
    CompactHistogram Waits
)
{
    /// <summary>Upper bound of each class of <see cref="BatchesBySize"/>.</summary>
    public static readonly int[] SizeBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    /// <summary>Longest device queue that was observed.</summary>
    public int MaxWaiting { get; init; }

    /// <summary>Most requests that were observed computing their list, or waiting for it.</summary>
    public int MaxComputing { get; init; }

    /// <summary>The limit on those at the end of the interval; beyond it, fallback lists are served.</summary>
    public int ComputingLimit { get; init; }

    /// <summary>Concurrent batches of the device.</summary>
    public int Lanes { get; init; } = 1;

    public long Batches => BatchesByReason.Sum();

    public double MeanSize => Batches == 0 ? 0 : (double)Jobs / Batches;

    /// <summary>Share of the device's work that was padding.</summary>
    public double PaddingShare => PaddedJobs == 0 ? 0 : 1 - ((double)Jobs / PaddedJobs);

    public double MeanPredictedMs => Batches == 0 ? 0 : 1000 * PredictedSeconds / Batches;

    public double MeanActualMs => Batches == 0 ? 0 : 1000 * ActualSeconds / Batches;

    /// <summary>Share of the time that the device's lanes were busy.</summary>
    public double BusyShare(int lanes) => Elapsed <= TimeSpan.Zero ? 0 : Math.Min(1, ActualSeconds / (Elapsed.TotalSeconds * lanes));

    public static int SizeClass(int size) =>
        Math.Min(BitOperations.Log2((uint)Math.Max(1, size - 1)) + (size > 1 ? 1 : 0), SizeBounds.Length - 1);

    public long Shed(BatchOutcome outcome) => JobsByOutcome[(int)outcome];
}
