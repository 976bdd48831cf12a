using RecOps.Client.Shell;
using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>One place of a list with everything shown about it.</summary>
/// <param name="Item">Null when the catalogue does not know the item or cannot be reached.</param>
/// <param name="Why">Why it is at this place; null when the server did not say.</param>
/// <param name="ScorePercent">
/// Length of the score's bar relative to the list's best, 0 to 100: scores are probabilities of a purchase, and a list's best is often
/// a few percent.
/// </param>
public sealed record ListRow(
    string ItemId,
    int Position,
    ItemDetails? Item,
    Quantity Score,
    double ScorePercent,
    ListChange Change,
    string[] Rules,
    ExplainedItem? Why = null
)
{
    public string Title => Item?.Title ?? ItemId;

    /// <param name="before">The previous list, if the two can be compared.</param>
    internal static IReadOnlyList<ListRow> From(
        RecommendationResponse list,
        IReadOnlyDictionary<string, ItemDetails> items,
        RecommendationResponse? before
    )
    {
        string[]? earlier = before?.Items.Select(item => item.ItemId).ToArray();
        float best = list.Items.Select(item => item.Score).DefaultIfEmpty().Max();
        return
        [
            .. list.Items.Select(
                (item, index) =>
                    new ListRow(
                        item.ItemId,
                        item.Position,
                        items.GetValueOrDefault(item.ItemId),
                        Quantity.Score(item.Score),
                        best > 0 ? Math.Clamp(item.Score / best, 0, 1) * 100 : 0,
                        ListChange.Of(item.ItemId, index, earlier),
                        item.Rules,
                        list.Explain?.Steps.ElementAtOrDefault(index)
                    )
            ),
        ];
    }

    /// <summary>How the list changed, in one sentence; empty when it did not.</summary>
    internal static string Summarize(RecommendationResponse list, RecommendationResponse? before)
    {
        if (before is null)
            return "";

        HashSet<string> earlier = [.. before.Items.Select(item => item.ItemId)];
        HashSet<string> now = [.. list.Items.Select(item => item.ItemId)];
        int entered = now.Count(id => !earlier.Contains(id));
        int left = earlier.Count(id => !now.Contains(id));
        int moved = list
            .Items.Where((item, index) => earlier.Contains(item.ItemId) && before.Items.ElementAtOrDefault(index)?.ItemId != item.ItemId)
            .Count();
        return entered + left + moved == 0 ? "The list stayed the same." : $"{moved} moved, {entered} new, {left} gone.";
    }
}
