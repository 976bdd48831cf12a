using System.Globalization;
using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>
/// Whether a model may be shipped: only if it beats every plain baseline over all purchases. A baseline that beats it on first-time
/// purchases is named.
/// </summary>
internal static class ShippingRule
{
    /// <param name="baselines">Figures of each baseline by name.</param>
    public static ShippingVerdict Judge(ModelFigures student, IReadOnlyDictionary<string, ModelFigures> baselines)
    {
        if (Best(baselines, figures => figures.Ndcg10) is { } best && !(student.Ndcg10 > best.Ndcg))
            return new ShippingVerdict(
                false,
                $"{best.Name.ToUpperInvariant()} BEATS IT: not fit to ship ({Compare(best.Ndcg, student.Ndcg10)})"
            );
        if (
            student.Ndcg10FirstTime is { } firstTime
            && Best(baselines, figures => figures.Ndcg10FirstTime) is { } discovery
            && !(firstTime > discovery.Ndcg)
        )
            return new ShippingVerdict(
                true,
                $"The student beats every baseline over all purchases, but {discovery.Name} beats it on first-time purchases "
                    + $"({Compare(discovery.Ndcg, firstTime)})"
            );
        return new ShippingVerdict(true, "The student beats every baseline");
    }

    private static (string Name, double Ndcg)? Best(IReadOnlyDictionary<string, ModelFigures> baselines, Func<ModelFigures, double?> column)
    {
        (string Name, double Ndcg)? best = null;
        foreach ((string name, ModelFigures figures) in baselines)
        {
            if (column(figures) is { } ndcg && !(ndcg <= best?.Ndcg))
                best = (name, ndcg);
        }

        return best;
    }

    private static string Compare(double baseline, double student) =>
        string.Create(CultureInfo.InvariantCulture, $"NDCG@10 {baseline:0.0000} against {student:0.0000}");
}
