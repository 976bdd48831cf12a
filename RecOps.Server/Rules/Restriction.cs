namespace RecOps.Server.Rules;

/// <summary>What rules leave of the catalogue, whoever asks. Stock is not part of it: it changes too often.</summary>
/// <param name="Key">Of the rules that made it, the same in every process and version as long as those say the same; never 0.</param>
/// <param name="Allowed">One bit for each item.</param>
/// <param name="Count">Items left.</param>
/// <param name="Items">All items left when they are few; else null.</param>
/// <param name="Popular">The most popular of them, best first.</param>
internal sealed record Restriction(ulong Key, ulong[] Allowed, int Count, int[]? Items, int[] Popular)
{
    /// <summary>
    /// Up to so many items are compared with the shopper one by one: an index would have to be read almost whole to find them.
    /// </summary>
    public const int Few = 20_000;

    /// <summary>Whether a list made from the whole catalogue can hardly be enough, so that it is not even looked at.</summary>
    public bool IsNarrow => Count > 0 && Count * 4L < Allowed.Length * 64L;
}
