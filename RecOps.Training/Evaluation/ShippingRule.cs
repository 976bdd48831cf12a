using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>Whether a model may be shipped: only if it beats every plain baseline.</summary>
internal static class ShippingRule
{
    /// <param name="student">NDCG@10 over all test purchases.</param>
    /// <param name="baselines">The same for each baseline, by name.</param>
    public static ShippingVerdict Judge(double student, IEnumerable<KeyValuePair<string, double>> baselines)
    {
        (string? best, double most) = (null, double.NegativeInfinity);
        foreach ((string name, double ndcg) in baselines)
        {
            if (ndcg > most)
                (best, most) = (name, ndcg);
        }

        return best is not null && !(student > most)
            ? new ShippingVerdict(false, $"{best.ToUpperInvariant()} BEATS IT: not fit to ship")
            : new ShippingVerdict(true, "The student beats every baseline");
    }
}
