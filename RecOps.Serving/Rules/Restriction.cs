namespace RecOps.Serving.Rules;

/// <summary>What rules leave of the catalogue, for every shopper. Stock is not included: it changes too often.</summary>
/// <param name="key">Key of the rules behind it, the same in every process and version while those are unchanged; never 0.</param>
/// <param name="count">Number of items left.</param>
/// <param name="items">Number of items in the catalogue.</param>
/// <param name="allowed">Builds <see cref="Allowed"/>.</param>
/// <param name="popular">Builds <see cref="Popular"/>.</param>
internal sealed class Restriction(ulong key, int count, int items, Func<ulong[]> allowed, Func<int[]> popular)
{
    /// <summary>
    /// Up to this many items are compared with the shopper one by one: an index would have to be read almost completely to find them.
    /// </summary>
    private const int Few = 20_000;

    private readonly Lazy<ulong[]> _allowed = new(allowed);
    private readonly Lazy<int[]> _popular = new(popular);
    private int[]? _few;

    public ulong Key => key;

    public int Count => count;

    /// <summary>One bit for each item. Takes a pass over the catalogue the first time, as do the next two.</summary>
    public ulong[] Allowed => _allowed.Value;

    /// <summary>The most popular of the items left, best first.</summary>
    public int[] Popular => _popular.Value;

    /// <summary>All items left when they are few; else null.</summary>
    public int[]? Items =>
        count > Few ? null : _few ??= [.. Enumerable.Range(0, items).Where(item => (Allowed[item >> 6] & (1UL << (item & 63))) != 0)];

    /// <summary>Whether a list made from the whole catalogue can hardly be enough, so that it is not even looked up.</summary>
    public bool IsNarrow => count > 0 && count * 4L < items;
}
