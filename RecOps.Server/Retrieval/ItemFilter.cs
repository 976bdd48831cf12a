namespace RecOps.Server.Retrieval;

/// <summary>Which items may be shown: those in stock that the request does not exclude.</summary>
/// <param name="inStock">By ordinal.</param>
/// <param name="excluded">What the request rules out.</param>
internal readonly ref struct ItemFilter(ReadOnlySpan<bool> inStock, OrdinalSet excluded)
{
    private readonly ReadOnlySpan<bool> _inStock = inStock;

    public bool Allows(int ordinal) => _inStock[ordinal] && !excluded.Contains(ordinal);
}
