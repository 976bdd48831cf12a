namespace RecOps.Client.Recommendations;

/// <summary>How an item's place changed since the previous list.</summary>
/// <param name="Text">"↑3", "↓2", "new", or empty when it stayed or there is nothing to compare with.</param>
/// <param name="Spoken">The same in words, for screen readers and tooltips.</param>
public readonly record struct ListChange(string Text, string Spoken)
{
    /// <param name="before">The earlier list's item ids in order; null when there was none.</param>
    internal static ListChange Of(string itemId, int index, IReadOnlyList<string>? before)
    {
        if (before is null)
            return new("", "");

        int earlier = -1;
        for (int i = 0; i < before.Count && earlier < 0; i++)
        {
            if (before[i] == itemId)
                earlier = i;
        }

        int up = earlier - index;
        return earlier < 0 ? new("new", "New in the list")
            : up > 0 ? new($"↑{up}", $"Up {up} {Places(up)}")
            : up < 0 ? new($"↓{-up}", $"Down {-up} {Places(-up)}")
            : new("", "");
    }

    private static string Places(int count) => count == 1 ? "place" : "places";
}
