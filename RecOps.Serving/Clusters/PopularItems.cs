using RecOps.Shared.Bundles;

namespace RecOps.Serving.Clusters;

/// <summary>
/// What everyone likes now: the last resort of every list. The first of the bundle's order, and whatever shoppers touch, are a
/// <see cref="LiveList"/>; all others follow in the bundle's order, so that a change costs what moves and not what there is. Reading takes
/// no lock and allocates nothing.
/// </summary>
internal sealed class PopularItems
{
    /// <summary>Long enough that many items can be sold out or excluded before a list runs short.</summary>
    private const int Kept = 20_000;

    /// <summary>Places that items move on; what was bought once enters at the last of them.</summary>
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

    /// <summary>The part that moves.</summary>
    public LiveList Live { get; }

    /// <summary>Items there are.</summary>
    public int Count => _order.Length;

    /// <summary>Item ordinals, best first: so many that a list hardly ever needs more.</summary>
    public ReadOnlySpan<int> Ordinals => Volatile.Read(ref _view).Ordinals;

    /// <summary>Another one whenever the order has changed.</summary>
    public object Edition => Volatile.Read(ref _view);

    /// <summary>Brings what happened into the order.</summary>
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

    /// <summary>The best of some items.</summary>
    /// <param name="limit">How many at most.</param>
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
