namespace RecOps.Client.Shell;

/// <summary>Finds the entries that match a text.</summary>
internal static class PaletteSearch
{
    /// <summary>Entries of one kind that are shown beside those of others.</summary>
    public const int OfEach = 6;

    /// <summary>
    /// Entries that have every word of the text in their name or about, those whose name begins with it first. Without a text, all of
    /// them in their order.
    /// </summary>
    public static IEnumerable<PaletteEntry> Match(IEnumerable<PaletteEntry> entries, string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return entries
            .Where(entry => Array.TrueForAll(words, word => Has(entry.Name, word) || Has(entry.About, word)))
            .OrderBy(entry =>
                words.Length == 0 ? 0
                : entry.Name.StartsWith(text.Trim(), StringComparison.OrdinalIgnoreCase) ? 0
                : Has(entry.Name, words[0]) ? 1
                : 2
            );
    }

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
