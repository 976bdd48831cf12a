namespace RecOps.Training.Evaluation;

/// <summary>NDCG@10 of one variant on the validation users.</summary>
/// <param name="All">Over all their purchases.</param>
/// <param name="FirstTime">Over purchases of items new to them; null where there are none.</param>
internal readonly record struct ValidationFigures(double All, double? FirstTime)
{
    public static ValidationFigures Of(ScorerResult result) =>
        new(ScorerResult.Mean(result.Ndcg10)!.Value, ScorerResult.Mean(result.Ndcg10FirstTime));

    /// <summary>
    /// The smaller of the two ratios to another variant. Choosing by it lets no gain on one kind of purchase pay for a loss on the other.
    /// </summary>
    public double WorstRatioTo(ValidationFigures other)
    {
        double all = Ratio(All, other.All);
        return FirstTime is { } own && other.FirstTime is { } theirs ? Math.Min(all, Ratio(own, theirs)) : all;
    }

    private static double Ratio(double own, double other) => own / Math.Max(other, 1e-9);
}
