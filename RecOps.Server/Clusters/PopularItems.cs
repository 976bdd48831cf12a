using RecOps.Shared.Bundles;

namespace RecOps.Server.Clusters;

/// <summary>What everyone likes: the last resort of every list.</summary>
internal sealed class PopularItems
{
    /// <summary>Long enough that many items can be sold out or excluded before a list runs short.</summary>
    private const int Kept = 20_000;
    private readonly int[] _order;

    /// <param name="popularity">[items], higher is more popular.</param>
    public PopularItems(MappedTensor<float> popularity)
    {
        float[] keys = popularity.RowRange(0, popularity.Rows).ToArray();
        _order = new int[keys.Length];
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        _order.AsSpan().Sort((a, b) =>
        {
            int order = keys[b].CompareTo(keys[a]);
            return order != 0 ? order : a.CompareTo(b);
        });
    }

    /// <summary>Items there are.</summary>
    public int Count => _order.Length;

    /// <summary>Item ordinals, best first: so many that a list hardly ever needs more.</summary>
    public ReadOnlySpan<int> Ordinals => _order.AsSpan(0, Math.Min(Kept, _order.Length));

    /// <inheritdoc cref="Best(int, Func{int, bool})"/>
    /// <param name="allowed">One bit for each item.</param>
    public int[] Best(int limit, ulong[] allowed) => Best(limit, item => (allowed[item >> 6] & (1UL << (item & 63))) != 0);

    /// <summary>The best of some items.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="among">Whether an item is one of them.</param>
    public int[] Best(int limit, Func<int, bool> among)
    {
        var best = new List<int>();
        foreach (int item in _order)
        {
            if (!among(item)) continue;
            best.Add(item);
            if (best.Count == limit) break;
        }

        return [.. best];
    }
}
