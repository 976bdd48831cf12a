using RecOps.Shared.Bundles;

namespace RecOps.Serving.Clusters;

/// <summary>
/// Global popularity: the last resort of every list. The top of the bundle's order and all items that shoppers touch form a <see
/// cref="LiveList"/>; the rest follow in the bundle's order, so that an update costs what moves and not the catalogue's size. Reading takes
/// no lock and allocates nothing.
/// </summary>
internal sealed class PopularItems
{
    /// <summary>Long enough that many items can be sold out or excluded before a list runs short.</summary>
    private const int Kept = 20_000;

    /// <summary>Length of the moving part; an item bought once enters at its end.</summary>
    private const int Moving = 1_000;

    private readonly int[] _order;
    private readonly Lock _refreshing = new();
    private View _view;

    /// <param name="popularity">[items], higher is more popular.</param>
    public PopularItems(MappedTensor<float> popularity, TimeProvider time)
    {
        float[] keys = popularity.RowRange(0, popularity.Rows).ToArray();
        _order = new int[keys.Length];
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        _order
            .AsSpan()
            .Sort(
                (a, b) =>
                {
                    int order = keys[b].CompareTo(keys[a]);
                    return order != 0 ? order : a.CompareTo(b);
                }
            );
        Live = new LiveList(_order[..Math.Min(Moving, _order.Length)], time);
        _view = See();
    }

    /// <summary>The moving part.</summary>
    public LiveList Live { get; }

    /// <summary>Number of items.</summary>
    public int Count => _order.Length;

    /// <summary>Item ordinals, best first: as many as a list almost ever needs.</summary>
    public ReadOnlySpan<int> Ordinals => Volatile.Read(ref _view).Ordinals;

    /// <summary>A new object whenever the order has changed.</summary>
    public object Edition => Volatile.Read(ref _view);

    /// <summary>Applies new events to the order.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            if (Live.Refresh())
                Volatile.Write(ref _view, See());
        }
    }

    /// <inheritdoc cref="Best(int, Func{int, bool})"/>
    /// <param name="allowed">One bit for each item.</param>
    public int[] Best(int limit, ulong[] allowed) => Best(limit, item => (allowed[item >> 6] & (1UL << (item & 63))) != 0);

    /// <summary>The most popular of some items.</summary>
    /// <param name="limit">Largest number of items.</param>
    /// <param name="among">Whether an item is one of them.</param>
    public int[] Best(int limit, Func<int, bool> among) => [.. InOrder(Volatile.Read(ref _view).Moved).Where(among).Take(limit)];

    private View See()
    {
        int[] moved = Live.Items.ToArray();
        return new View(moved, [.. InOrder(moved).Take(Kept)]);
    }

    private IEnumerable<int> InOrder(int[] moved)
    {
        var before = new HashSet<int>(moved);
        foreach (int item in moved)
            yield return item;
        foreach (int item in _order)
        {
            if (!before.Contains(item))
                yield return item;
        }
    }

    private sealed record View(int[] Moved, int[] Ordinals);
}
