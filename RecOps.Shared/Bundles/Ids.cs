namespace RecOps.Shared.Bundles;

/// <summary>What an id may be: something that a call can name, and that databases keep.</summary>
public static class Ids
{
    /// <summary>Characters that the id of a shopper may have.</summary>
    public const int LongestUser = 128;

    /// <summary>Characters that the id of an item may have.</summary>
    public const int LongestItem = 512;

    /// <summary>Whether a text has a control character, such as a line break. No path and no header can carry one.</summary>
    public static bool HasControl(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\u001f') || text.ContainsAnyInRange('\u007f', '\u009f');
}
