namespace RecOps.Shared.Bundles.Report;

/// <param name="Top10Overlap">Mean share of the ensemble's top ten items that are also in the student's top ten, 0 to 1.</param>
/// <param name="KendallTau">
/// Mean of Kendall's tau over the items in the top 20 of either: 1 when all pairs are in the same order, −1 when none is.
/// </param>
public sealed record AgreementFigures(double Top10Overlap, double KendallTau);

/// <param name="From">Fewest history entries before the cut.</param>
/// <param name="To">Most; null without a bound.</param>
public sealed record HistoryFigures(int From, int? To, int Users, double Student, double? Control, double? Ensemble);

/// <param name="Purchases">Test purchases of the category.</param>
public sealed record CategoryFigures(string Category, int Purchases, double Student, double? Control, double? Ensemble);

/// <param name="Precision">fp32, fp16 or int8.</param>
/// <param name="BatchMs">See <see cref="ModelFigures"/>.</param>
/// <param name="Ndcg10">Over all test purchases.</param>
public sealed record FormFigures(string Precision, double Bytes, double BatchMs, double Ndcg10);

/// <param name="Ensemble">mean or gate: how the teachers' logits are combined.</param>
/// <param name="Alpha">Share of the teachers in the student's loss.</param>
/// <param name="Temperature">Of the soft targets.</param>
/// <param name="Listwise">Weight of the teachers' order among the top items.</param>
/// <param name="EarlyShare">Share of the steps that followed early checkpoints of the teachers.</param>
/// <param name="Validation">NDCG@10 on the validation users by configuration tried; absent when none was.</param>
public sealed record DistillationRecord(
    string Ensemble,
    double Alpha,
    double Temperature,
    double Listwise,
    double EarlyShare,
    Dictionary<string, double>? Validation
)
{
    /// <summary>The same over first-time purchases, for students only; absent in reports of before it was measured.</summary>
    public Dictionary<string, double>? ValidationFirstTime { get; init; }
}
