namespace RecOps.Server.Retrieval;

/// <summary>The memory that one search works in, used again by the next.</summary>
internal sealed class IvfScratch(int dimension, int cells, int capacity)
{
    public QuantizedQuery Query { get; } = new(dimension);

    public CellOrder Cells { get; } = new(cells, capacity);

    public Shortlist Shortlist { get; } = new();

    /// <summary>One item's vector.</summary>
    public float[] Vector { get; } = new float[dimension];
}
