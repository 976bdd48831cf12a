using System.Numerics;
using RecOps.Serving.Metrics;

namespace RecOps.Serving.Batching;

/// <summary>What happened in one interval, about a second.</summary>
/// <param name="BatchesByReason">By <see cref="BatchReason"/>.</param>
/// <param name="JobsByOutcome">Jobs without a result of their own, by <see cref="BatchOutcome"/>; completed ones are in the
/// batches.</param>
/// <param name="SharedResults">Jobs that got another's result.</param>
/// <param name="Jobs">In all batches.</param>
/// <param name="PaddedJobs">What the device worked for.</param>
/// <param name="PredictedSeconds">Sum over the batches.</param>
/// <param name="ActualSeconds">Sum over the batches; those that ended in the interval count whole.</param>
/// <param name="Elapsed">Length of the interval.</param>
/// <param name="BatchesBySize">By the first of <see cref="SizeBounds"/> that is not below; larger ones are last.</param>
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
    /// <summary>Largest size of each class of <see cref="BatchesBySize"/>.</summary>
    public static readonly int[] SizeBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    /// <summary>Most jobs that were seen waiting for the device.</summary>
    public int MaxWaiting { get; init; }

    /// <summary>Most requests that were seen to have their list computed, or to wait for it.</summary>
    public int MaxComputing { get; init; }

    /// <summary>How many of those might be at the end; beyond it fallback lists are answered.</summary>
    public int ComputingLimit { get; init; }

    /// <summary>Batches that the device takes at a time.</summary>
    public int Lanes { get; init; } = 1;

    public long Batches => BatchesByReason.Sum();

    public double MeanSize => Batches == 0 ? 0 : (double)Jobs / Batches;

    /// <summary>Share of the device's work that was for nobody.</summary>
    public double PaddingShare => PaddedJobs == 0 ? 0 : 1 - ((double)Jobs / PaddedJobs);

    public double MeanPredictedMs => Batches == 0 ? 0 : 1000 * PredictedSeconds / Batches;

    public double MeanActualMs => Batches == 0 ? 0 : 1000 * ActualSeconds / Batches;

    /// <summary>Share of the time that the lanes of the device were busy.</summary>
    public double BusyShare(int lanes) => Elapsed <= TimeSpan.Zero ? 0 : Math.Min(1, ActualSeconds / (Elapsed.TotalSeconds * lanes));

    public static int SizeClass(int size) =>
        Math.Min(BitOperations.Log2((uint)Math.Max(1, size - 1)) + (size > 1 ? 1 : 0), SizeBounds.Length - 1);

    public long Shed(BatchOutcome outcome) => JobsByOutcome[(int)outcome];
}
