using RecOps.Server.Recommendations;
using RecOps.Server.Retrieval;

namespace RecOps.Server.Rules;

/// <summary>
/// What the shop wants shown, applied to every list on its way out, whatever made it. Steps so far: stock and hard limits, then
/// backfill.
/// </summary>
internal sealed class RuleSet
{
    /// <summary>Nothing was ever published.</summary>
    public static readonly RuleSet Empty = new() { Version = 0 };

    /// <summary>0 when none were ever published.</summary>
    public required int Version { get; init; }

    /// <summary>Makes the final list.</summary>
    /// <param name="ranked">Best first.</param>
    /// <param name="clusterPopular">Fills up first; ordinals, -1 pads.</param>
    /// <param name="popular">Fills up last.</param>
    /// <param name="filter">Items that may be shown.</param>
    /// <param name="used">Scratch.</param>
    /// <param name="list">Its length is the number of places.</param>
    /// <returns>How many places were filled.</returns>
    public static int Apply(
        RankedSpan ranked, ReadOnlySpan<int> clusterPopular, ReadOnlySpan<int> popular, in ItemFilter filter,
        OrdinalSet used, Span<RankedItem> list)
    {
        used.Clear();
        int filled = 0;
        for (int i = 0; i < ranked.Count; i++)
        {
            if (filled == list.Length) return filled;
            int ordinal = ranked.Ordinals[i];
            if (filter.Allows(ordinal) && used.Add(ordinal)) list[filled++] = new RankedItem(ordinal, (float)ranked.Scores[i]);
        }

        filled = Backfill(clusterPopular, filter, used, list, filled);
        return Backfill(popular, filter, used, list, filled);
    }

    private static int Backfill(ReadOnlySpan<int> ordinals, in ItemFilter filter, OrdinalSet used, Span<RankedItem> list, int filled)
    {
        foreach (int ordinal in ordinals)
        {
            if (filled == list.Length) break;
            if (ordinal >= 0 && filter.Allows(ordinal) && used.Add(ordinal)) list[filled++] = new RankedItem(ordinal, 0);
        }

        return filled;
    }
}
