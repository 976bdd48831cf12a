namespace RecOps.Shared.Models;

/// <summary>How similar two orders are.</summary>
public static class RankCorrelation
{
    /// <summary>
    /// Kendall's tau-a (1938): pairs in the same order minus pairs in opposite order, over all pairs; ties count as neither.
    /// </summary>
    /// <param name="a">Scores or places of the same things, in the same order,</param>
    /// <param name="b">as here.</param>
    /// <returns>−1 to 1; null when there is no pair.</returns>
    public static double? KendallTau(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length < 2)
            return null;
        int difference = 0;
        for (int i = 1; i < a.Length; i++)
        {
            for (int j = 0; j < i; j++)
                difference += Math.Sign(a[i] - a[j]) * Math.Sign(b[i] - b[j]);
        }

        return difference / (a.Length * (a.Length - 1) / 2.0);
    }
}
