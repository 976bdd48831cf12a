namespace RecOps.Serving.Retrieval;

/// <summary>
/// One running search of an inverted file: which cells to read next, which were read, the best items so far. Its memory is reused by the
/// next search.
/// </summary>
internal sealed class CellSearch(int dimension, int cells, int capacity)
{
    private readonly ulong[] _read = new ulong[(cells + 63) / 64];
    private readonly CellOrder _order = new(cells, capacity);
    private int _enough;

    public QuantizedQuery Query { get; } = new(dimension);

    public Shortlist Shortlist { get; } = new();

    /// <summary>One item's vector.</summary>
    public float[] Vector { get; } = new float[dimension];

    /// <summary>[capacity]: bounds of the cells; set before <see cref="Start"/>.</summary>
    public float[] Bounds => _order.Bounds;

    /// <summary>Cells read.</summary>
    public int Cells { get; private set; }

    /// <summary>Cells that were in the processor's cache, since another search had just read them.</summary>
    public int Shared { get; private set; }

    public long Blocks { get; private set; }

    /// <param name="kept">Size of the shortlist.</param>
    public void Start(int kept)
    {
        Array.Clear(_read);
        _order.Restart();
        _enough = int.MaxValue;
        (Cells, Shared, Blocks) = (0, 0, 0);
        Shortlist.Clear(kept);
    }

    /// <summary>The best cell not read yet.</summary>
    /// <returns>False when no other is worth reading.</returns>
    public bool TryNext(out int cell)
    {
        while (_order.TryNext(out cell, out float bound))
        {
            if (_enough == int.MaxValue && bound <= Shortlist.Bar)
                _enough = Extended(Cells, Shortlist.AskedForEach);
            if (Cells >= _enough)
                return false;
            if (!HasRead(cell))
                return true;
        }

        return false;
    }

    /// <summary>Whether the search would reach a cell if it found no better items before.</summary>
    public bool Wants(int cell) => (Shortlist.HasBar ? Bounds[cell] > Shortlist.Bar : Bounds[cell] >= _order.Best) && !HasRead(cell);

    /// <summary>A cell's items have been scanned.</summary>
    public void Read(int cell, int blocks, bool shared)
    {
        _read[cell >> 6] |= 1UL << cell;
        Cells++;
        Blocks += blocks;
        if (shared)
            Shared++;
        Shortlist.Settle();
    }

    /// <summary>
    /// If most near items are sold out, the bar lies where scores are dense, and many cells hold a few items above it. Reading then
    /// continues beyond the point where it would end with everything in stock.
    /// </summary>
    private static int Extended(int read, float askedForEach) => (int)MathF.Ceiling(read * MathF.Sqrt(askedForEach));

    private bool HasRead(int cell) => (_read[cell >> 6] & (1UL << cell)) != 0;
}
