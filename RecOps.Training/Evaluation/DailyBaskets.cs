using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>What each user bought, a basket for each day (UTC) on which they bought anything.</summary>
internal static class DailyBaskets
{
    private const long Day = 24 * 3600;

    /// <param name="trainRows">Rows of the table that are before the cut; the rest is not read.</param>
    /// <returns>By user, oldest basket first; empty for those who bought nothing.</returns>
    public static HashSet<int>[][] Of(InteractionTable interactions, int trainRows, int users)
    {
        var baskets = new List<(long Day, HashSet<int> Items)>[users];
        for (int row = 0; row < trainRows; row++)
        {
            if (!interactions.IsTarget(row))
                continue;
            List<(long Day, HashSet<int> Items)> own = baskets[interactions.Users[row]] ??= [];
            long day = interactions.Times[row] / Day;
            if (own.Count == 0 || own[^1].Day != day)
                own.Add((day, []));
            own[^1].Items.Add(interactions.Items[row]);
        }

        return [.. baskets.Select(own => own is null ? [] : own.Select(basket => basket.Items).ToArray())];
    }
}
