namespace RecOps.Shared.Bundles;

/// <summary>What an id may be: a text that calls can carry and databases can keep.</summary>
public static class Ids
{
    /// <summary>Maximum length of a shopper's id.</summary>
    public const int LongestUser = 128;

    /// <summary>Maximum length of an item's id.</summary>
    public const int LongestItem = 512;

    /// <summary>Whether a text has a control character, such as a line break. Paths and headers cannot carry one.</summary>
    public static bool HasControl(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\u001f') || text.ContainsAnyInRange('\u007f', '\u009f');
}
