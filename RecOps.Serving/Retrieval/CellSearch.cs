namespace RecOps.Serving.Retrieval;

/// <summary>
/// One search of an inverted file under way: which cells it wants next, which it has read, the best items so far. Its memory is used
/// again by the next search.
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

    /// <summary>[capacity]: how good the best items of each cell may be; to be filled before <see cref="Start"/>.</summary>
    public float[] Bounds => _order.Bounds;

    /// <summary>Cells read.</summary>
    public int Cells { get; private set; }

    /// <summary>Those of them that were in the processor's cache, since another search had just read them.</summary>
    public int Shared { get; private set; }

    public long Blocks { get; private set; }

    /// <param name="kept">Items on the shortlist.</param>
    public void Start(int kept)
    {
        Array.Clear(_read);
        _order.Restart();
        _enough = int.MaxValue;
        (Cells, Shared, Blocks) = (0, 0, 0);
        Shortlist.Clear(kept);
    }

    /// <summary>The best cell that has not been read.</summary>
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

    /// <summary>Whether the search would come to a cell if no better items turned up before.</summary>
    public bool Wants(int cell) => (Shortlist.HasBar ? Bounds[cell] > Shortlist.Bar : Bounds[cell] >= _order.Best) && !HasRead(cell);

    /// <summary>The items of a cell have been seen.</summary>
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
    /// With most near items sold out, the bar lies where scores are dense and many cells hold a few that pass it: reading goes on
    /// beyond the cell where it would end for a shop with everything in stock.
    /// </summary>
    private static int Extended(int read, float askedForEach) => (int)MathF.Ceiling(read * MathF.Sqrt(askedForEach));

    private bool HasRead(int cell) => (_read[cell >> 6] & (1UL << cell)) != 0;
}
