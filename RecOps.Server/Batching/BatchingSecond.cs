namespace RecOps.Server.Batching;

/// <summary>What happened in one interval, about a second.</summary>
/// <param name="BatchesByReason">By <see cref="BatchReason"/>.</param>
/// <param name="JobsByOutcome">Jobs without a result of their own, by <see cref="BatchOutcome"/>; completed ones are in the batches.</param>
/// <param name="SharedResults">Jobs that got another's result.</param>
/// <param name="Jobs">In all batches.</param>
/// <param name="PaddedJobs">What the device worked for.</param>
/// <param name="PredictedSeconds">Sum over the batches.</param>
/// <param name="ActualSeconds">Sum over the batches; those that ended in the interval count whole.</param>
/// <param name="Elapsed">Length of the interval.</param>
internal sealed record BatchingSecond(
    long[] BatchesByReason, long[] JobsByOutcome, long SharedResults, long Jobs, long PaddedJobs, double PredictedSeconds,
    double ActualSeconds, TimeSpan Elapsed)
{
    public long Batches => BatchesByReason.Sum();

    public double MeanSize => Batches == 0 ? 0 : (double)Jobs / Batches;

    /// <summary>Share of the device's work that was for nobody.</summary>
    public double PaddingShare => PaddedJobs == 0 ? 0 : 1 - ((double)Jobs / PaddedJobs);

    public double MeanPredictedMs => Batches == 0 ? 0 : 1000 * PredictedSeconds / Batches;

    public double MeanActualMs => Batches == 0 ? 0 : 1000 * ActualSeconds / Batches;

    /// <summary>Share of the time that the lanes of the device were busy.</summary>
    public double BusyShare(int lanes) =>
        Elapsed <= TimeSpan.Zero ? 0 : Math.Min(1, ActualSeconds / (Elapsed.TotalSeconds * lanes));

    public long Shed(BatchOutcome outcome) => JobsByOutcome[(int)outcome];
}
