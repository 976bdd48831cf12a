namespace RecOps.Server.Retrieval;

/// <summary>Which items may be shown: those in stock that neither the request nor rules exclude.</summary>
/// <param name="inStock">By ordinal.</param>
/// <param name="excluded">What the request rules out.</param>
/// <param name="allowed">One bit for each item that rules leave; empty when they leave all.</param>
internal readonly ref struct ItemFilter(ReadOnlySpan<bool> inStock, OrdinalSet excluded, ReadOnlySpan<ulong> allowed = default)
{
    private readonly ReadOnlySpan<bool> _inStock = inStock;
    private readonly ReadOnlySpan<ulong> _allowed = allowed;

    public bool Allows(int ordinal) =>
        _inStock[ordinal] && (_allowed.IsEmpty || (_allowed[ordinal >> 6] & (1UL << (ordinal & 63))) != 0) && !excluded.Contains(ordinal);
}
