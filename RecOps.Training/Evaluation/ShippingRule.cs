using System.Globalization;
using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>
/// Whether a model may be shipped: only if it is ahead of every plain baseline over all purchases. A baseline that is ahead of it on
/// first-time purchases is named, and so is a lead that may be chance.
/// </summary>
internal static class ShippingRule
{
    /// <param name="baselines">Figures of each baseline by name.</param>
    /// <param name="leads">NDCG@10 of the student minus that of the baseline over all purchases, by name.</param>
    public static ShippingVerdict Judge(
        ModelFigures student,
        IReadOnlyDictionary<string, ModelFigures> baselines,
        IReadOnlyDictionary<string, DifferenceInterval> leads
    )
    {
        (string Name, double Ndcg)? best = Best(baselines, figures => figures.Ndcg10);
        if (best is { } ahead && !(student.Ndcg10 > ahead.Ndcg))
        {
            string standing = student.Ndcg10.Equals(ahead.Ndcg) ? "IS AS GOOD" : "BEATS IT";
            return new ShippingVerdict(
                false,
                $"{ahead.Name.ToUpperInvariant()} {standing}: not fit to ship ({Compare(ahead.Ndcg, student.Ndcg10)})"
            );
        }

        string lead = "The student beats every baseline measured";
        if (best is { } second && leads.TryGetValue(second.Name, out DifferenceInterval? interval) && interval.Low <= 0)
        {
            lead = string.Create(
                CultureInfo.InvariantCulture,
                $"The student is ahead of every baseline measured, but its lead over {second.Name} may be chance (NDCG@10 "
                    + $"{interval.Difference:+0.0000;−0.0000}, {interval.Low:+0.0000;−0.0000} to {interval.High:+0.0000;−0.0000} in 95% of "
                    + $"resamples)"
            );
        }

        if (
            student.Ndcg10FirstTime is { } firstTime
            && Best(baselines, figures => figures.Ndcg10FirstTime) is { } discovery
            && !(firstTime > discovery.Ndcg)
        )
        {
            string standing = firstTime.Equals(discovery.Ndcg) ? "is as good" : "beats it";
            return new ShippingVerdict(
                true,
                $"{lead}. That is over all purchases; on first-time purchases {discovery.Name} {standing} "
                    + $"({Compare(discovery.Ndcg, firstTime)})"
            );
        }

        return new ShippingVerdict(true, lead);
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
