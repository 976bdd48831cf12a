using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>
/// How sure a difference between two scorers is: users are drawn again with replacement, both scorers judged on the same draw
/// (Efron and Tibshirani, 1993; percentile interval).
/// </summary>
internal static class PairedBootstrap
{
    public const int DefaultResamples = 2_000;
    public const int DefaultSeed = 20_111_121;

    /// <param name="model">By user.</param>
    /// <param name="baseline">By user, in the same order; at least one.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <returns>The mean of model − baseline and where 95% of its resamples lie.</returns>
    public static DifferenceInterval Difference(
        ReadOnlySpan<double> model,
        ReadOnlySpan<double> baseline,
        int seed = DefaultSeed,
        int resamples = DefaultResamples
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(model.Length, baseline.Length, nameof(model));
        var differences = new double[model.Length];
        for (int i = 0; i < differences.Length; i++)
            differences[i] = model[i] - baseline[i];
        var random = new Random(seed);
        var means = new double[resamples];
        for (int k = 0; k < means.Length; k++)
        {
            double sum = 0;
            for (int i = 0; i < differences.Length; i++)
                sum += differences[random.Next(differences.Length)];
            means[k] = sum / differences.Length;
        }

        Array.Sort(means);
        return new DifferenceInterval(differences.Average(), Quantile(means, 0.025), Quantile(means, 0.975));
    }

    /// <summary>Where 95% of resamples of (model − control) ÷ (ensemble − control) lie, all three judged on the same draw.</summary>
    /// <returns>Null when the gap is not above 0 in all but a few resamples, since nothing can then be said of a share of it.</returns>
    public static Interval? ShareOfGap(
        ReadOnlySpan<double> model,
        ReadOnlySpan<double> control,
        ReadOnlySpan<double> ensemble,
        int seed = DefaultSeed,
        int resamples = DefaultResamples
    )
    {
        var random = new Random(seed);
        var shares = new List<double>(resamples);
        for (int k = 0; k < resamples; k++)
        {
            (double closed, double gap) = (0, 0);
            for (int i = 0; i < model.Length; i++)
            {
                int user = random.Next(model.Length);
                closed += model[user] - control[user];
                gap += ensemble[user] - control[user];
            }

            if (gap > 0)
                shares.Add(closed / gap);
        }

        if (shares.Count < resamples * 0.975)
            return null;
        double[] sorted = [.. shares.Order()];
        return new Interval(Quantile(sorted, 0.025), Quantile(sorted, 0.975));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int low = (int)place;
        return low + 1 == sorted.Length ? sorted[low] : sorted[low] + ((place - low) * (sorted[low + 1] - sorted[low]));
    }
}
