namespace RecOps.Tests.Training.Synth;

/// <summary>Simple statistics that distinguish a shop from noise.</summary>
internal static class ShopStatistics
{
    /// <summary>Share of purchases that repeat an earlier purchase of the user.</summary>
    public static double RepeatShare((int User, int Item)[] purchases)
    {
        var seen = new HashSet<(int, int)>();
        return purchases.Count(purchase => !seen.Add(purchase)) / (double)purchases.Length;
    }

    /// <summary>0 when all items are equally popular, close to 1 when a few items have almost all events.</summary>
    public static double Gini(int[] events, int items)
    {
        var counts = new double[items];
        foreach (int item in events)
            counts[item]++;
        Array.Sort(counts);
        return counts.Select((count, rank) => ((2 * rank) - items + 1) * count).Sum() / (items * counts.Sum());
    }

    /// <summary>Probability that two random purchases of one user have the same value, averaged over users with at least five.</summary>
    public static double Concentration<T>((int User, T Value)[] rows)
        where T : notnull =>
        rows.GroupBy(row => row.User, row => row.Value)
            .Select(group => group.GroupBy(value => value).Select(values => (double)values.Count()).ToArray())
            .Where(counts => counts.Sum() >= 5)
            .Average(counts => counts.Sum(count => count * (count - 1)) / (counts.Sum() * (counts.Sum() - 1)));

    /// <summary>The same values, randomly assigned to users.</summary>
    public static (int User, T Value)[] Shuffle<T>((int User, T Value)[] rows)
    {
        T[] values = [.. rows.Select(row => row.Value)];
        new Random(1).Shuffle(values);
        return [.. rows.Select((row, i) => (row.User, values[i]))];
    }
}
