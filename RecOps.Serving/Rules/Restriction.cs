namespace RecOps.Serving.Rules;

/// <summary>What rules leave of the catalogue, whoever asks. Stock is not part of it: it changes too often.</summary>
/// <param name="key">Of the rules that made it, the same in every process and version as long as those say the same; never 0.</param>
/// <param name="count">Items left.</param>
/// <param name="items">Of the catalogue.</param>
/// <param name="allowed">Makes <see cref="Allowed"/>.</param>
/// <param name="popular">Makes <see cref="Popular"/>.</param>
internal sealed class Restriction(ulong key, int count, int items, Func<ulong[]> allowed, Func<int[]> popular)
{
    /// <summary>
    /// Up to so many items are compared with the shopper one by one: an index would have to be read almost whole to find them.
    /// </summary>
    private const int Few = 20_000;

    private readonly Lazy<ulong[]> _allowed = new(allowed);
    private readonly Lazy<int[]> _popular = new(popular);
    private int[]? _few;

    public ulong Key => key;

    public int Count => count;

    /// <summary>One bit for each item. Takes a walk through the catalogue the first time, as do the next two.</summary>
    public ulong[] Allowed => _allowed.Value;

    /// <summary>The most popular of the items left, best first.</summary>
    public int[] Popular => _popular.Value;

    /// <summary>All items left when they are few; else null.</summary>
    public int[]? Items =>
        count > Few ? null : _few ??= [.. Enumerable.Range(0, items).Where(item => (Allowed[item >> 6] & (1UL << (item & 63))) != 0)];

    /// <summary>Whether a list made from the whole catalogue can hardly be enough, so that it is not even looked at.</summary>
    public bool IsNarrow => count > 0 && count * 4L < items;
}
