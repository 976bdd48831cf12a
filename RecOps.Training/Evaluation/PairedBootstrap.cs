using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>
/// How certain a difference between two scorers is (Efron and Tibshirani, 1993; percentile interval).
/// 1. Draw as many users as there are, with replacement; users without a figure (NaN) are left out.
/// 2. Take the mean difference of both scorers over that draw.
/// 3. Repeat 2,000 times; the interval spans the 2.5th to the 97.5th percentile.
/// </summary>
internal static class PairedBootstrap
{
    public const int DefaultResamples = 2_000;
    public const int DefaultSeed = 20_111_121;

    /// <param name="model">By user; NaN where there is none.</param>
    /// <param name="baseline">By user, in the same order.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <returns>The mean of model − baseline and its 95% interval; null when no user has both.</returns>
    public static DifferenceInterval? Difference(
        ReadOnlySpan<double> model,
        ReadOnlySpan<double> baseline,
        int seed = DefaultSeed,
        int resamples = DefaultResamples
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(model.Length, baseline.Length, nameof(model));
        var present = new List<double>(model.Length);
        for (int i = 0; i < model.Length; i++)
        {
            if (!double.IsNaN(model[i] - baseline[i]))
                present.Add(model[i] - baseline[i]);
        }

        if (present.Count == 0)
            return null;
        double[] differences = [.. present];
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

    /// <summary>The 95% interval of (model − control) ÷ (ensemble − control), with all three on the same draws.</summary>
    /// <returns>Null unless the gap is above 0 in nearly all resamples; otherwise a share of it means nothing.</returns>
    public static Interval? ShareOfGap(
        ReadOnlySpan<double> model,
        ReadOnlySpan<double> control,
        ReadOnlySpan<double> ensemble,
        int seed = DefaultSeed,
        int resamples = DefaultResamples
    )
    {
        var users = new List<int>(model.Length);
        for (int user = 0; user < model.Length; user++)
        {
            if (!double.IsNaN(model[user] + control[user] + ensemble[user]))
                users.Add(user);
        }

        var random = new Random(seed);
        var shares = new List<double>(resamples);
        for (int k = 0; k < resamples; k++)
        {
            (double closed, double gap) = (0, 0);
            for (int i = 0; i < users.Count; i++)
            {
                int user = users[random.Next(users.Count)];
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
