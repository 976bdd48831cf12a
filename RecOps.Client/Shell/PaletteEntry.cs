namespace RecOps.Client.Shell;

/// <summary>Something the palette can open.</summary>
/// <param name="Kind">page, shopper, item, rule or cluster.</param>
/// <param name="About">A few words more.</param>
/// <param name="Address">Within the console.</param>
public sealed record PaletteEntry(string Kind, string Name, string About, string Address);

/// <summary>Which entries a text means.</summary>
internal static class PaletteSearch
{
    /// <summary>
    /// Entries that have every word of the text in their name or about, those whose name begins with it first. Without a text all of them,
    /// as they are.
    /// </summary>
    public static IEnumerable<PaletteEntry> Match(IEnumerable<PaletteEntry> entries, string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return entries
            .Where(entry => Array.TrueForAll(words, word => Has(entry.Name, word) || Has(entry.About, word)))
            .OrderBy(entry => words.Length == 0 ? 0 : entry.Name.StartsWith(text.Trim(), StringComparison.OrdinalIgnoreCase) ? 0 : Has(entry.Name, words[0]) ? 1 : 2);
    }

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
