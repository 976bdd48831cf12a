namespace RecOps.Serving.Retrieval;

/// <summary>Items that may be shown: those in stock that neither the request nor the rules exclude.</summary>
/// <param name="inStock">By ordinal.</param>
/// <param name="excluded">Items excluded by the request.</param>
/// <param name="allowed">One bit for each item that rules leave; empty when they leave all.</param>
internal readonly ref struct ItemFilter(ReadOnlySpan<bool> inStock, OrdinalSet excluded, ReadOnlySpan<ulong> allowed = default)
{
    private readonly ReadOnlySpan<bool> _inStock = inStock;
    private readonly ReadOnlySpan<ulong> _allowed = allowed;

    /// <summary>Prefetches the state of many items at once, instead of waiting for each.</summary>
    /// <returns>A meaningless value: without it, the loads would be optimized away.</returns>
    public bool Fetch(ReadOnlySpan<int> items)
    {
        bool any = false;
        foreach (int item in items)
            any |= _inStock[item];
        return any;
    }

    public bool Allows(int ordinal) =>
        _inStock[ordinal] && (_allowed.IsEmpty || (_allowed[ordinal >> 6] & (1UL << (ordinal & 63))) != 0) && !excluded.Contains(ordinal);
}
