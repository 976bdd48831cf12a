namespace RecOps.Training.Evaluation;

/// <summary>
/// Metrics of one ranked list against the relevant items. Relevance is binary, and relevant items are distinct and ascending. Equal
/// scores rank by ordinal, lower first, so that every figure is reproducible.
/// </summary>
internal static class RankingMetrics
{
    /// <summary>The best items, best first.</summary>
    /// <param name="scores">By item.</param>
    /// <param name="masked">By item; true excludes it. Empty masks nothing.</param>
    /// <param name="top">Receives ordinals.</param>
    /// <returns>How many were written: as many as fit and are not masked.</returns>
    public static int Top(ReadOnlySpan<float> scores, ReadOnlySpan<bool> masked, Span<int> top)
    {
        int count = 0;
        float worst = float.NegativeInfinity;
        for (int item = 0; item < scores.Length; item++)
        {
            float score = scores[item];
            if (count == top.Length && score <= worst)
                continue;
            if (!masked.IsEmpty && masked[item])
                continue;
            int place = count < top.Length ? count++ : count - 1;
            for (; place > 0 && scores[top[place - 1]] < score; place--)
                top[place] = top[place - 1];
            top[place] = item;
            worst = scores[top[count - 1]];
        }

        return count;
    }

    /// <summary>
    /// Normalised discounted cumulative gain: each hit counts 1 / log2(rank + 1), divided by the highest sum that this many relevant
    /// items can reach in a list of that length.
    /// </summary>
    /// <param name="ranked">Best first.</param>
    /// <param name="relevant">At least one.</param>
    /// <param name="length">Ranks that count.</param>
    public static double Ndcg(ReadOnlySpan<int> ranked, ReadOnlySpan<int> relevant, int length)
    {
        double gain = 0;
        for (int i = 0; i < Math.Min(length, ranked.Length); i++)
        {
            if (relevant.BinarySearch(ranked[i]) >= 0)
                gain += 1 / Math.Log2(i + 2);
        }

        double ideal = 0;
        for (int i = 0; i < Math.Min(length, relevant.Length); i++)
            ideal += 1 / Math.Log2(i + 2);
        return gain / ideal;
    }

    /// <summary>
    /// Hits among the first <paramref name="length"/> ranks over min(length, relevant items). It is 1 when the list holds as many of
    /// them as it can.
    /// </summary>
    /// <param name="ranked">Best first.</param>
    /// <param name="relevant">At least one.</param>
    /// <param name="length">Ranks that count.</param>
    public static double Recall(ReadOnlySpan<int> ranked, ReadOnlySpan<int> relevant, int length)
    {
        int hits = 0;
        foreach (int item in ranked[..Math.Min(length, ranked.Length)])
        {
            if (relevant.BinarySearch(item) >= 0)
                hits++;
        }

        return hits / (double)Math.Min(length, relevant.Length);
    }

    /// <summary>Area under the ROC curve: the probability that a relevant item scores above another; ties count half.</summary>
    /// <returns>NaN when all items are relevant, or none.</returns>
    public static double AreaUnderCurve(ReadOnlySpan<float> scores, ReadOnlySpan<int> relevant)
    {
        Span<float> wanted = relevant.Length <= 256 ? stackalloc float[relevant.Length] : new float[relevant.Length];
        for (int i = 0; i < relevant.Length; i++)
            wanted[i] = scores[relevant[i]];
        wanted.Sort();

        // Twice the number of correctly ordered pairs. The n² pairs among the relevant items themselves are counted too, with an
        // average of 1 each, and subtracted again.
        long twice = 0;
        foreach (float score in scores)
            twice += (2L * wanted.Length) - LessThan(wanted, score) - AtMost(wanted, score);
        long own = (long)wanted.Length * wanted.Length;
        long pairs = (long)wanted.Length * (scores.Length - wanted.Length);
        return pairs == 0 ? double.NaN : (twice - own) / (2.0 * pairs);
    }

    private static int LessThan(ReadOnlySpan<float> sorted, float value)
    {
        int low = 0;
        for (int high = sorted.Length; low < high; )
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static int AtMost(ReadOnlySpan<float> sorted, float value)
    {
        int low = 0;
        for (int high = sorted.Length; low < high; )
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
