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

    /// <summary>
    /// The variant that comes closest to the best in both columns: it maximizes the smaller of its two ratios to the best of the column. A
    /// ratio to one variant that is poor in a column would leave that column without a say.
    /// </summary>
    /// <param name="variants">At least one.</param>
    /// <returns>An index; the first of equals.</returns>
    public static int BestOf(IReadOnlyList<ValidationFigures> variants)
    {
        var best = new ValidationFigures(variants.Max(each => each.All), variants.Max(each => each.FirstTime));
        return Enumerable.Range(0, variants.Count).MaxBy(i => variants[i].WorstRatioTo(best));
    }

    private static double Ratio(double own, double other) => own / Math.Max(other, 1e-9);
}
