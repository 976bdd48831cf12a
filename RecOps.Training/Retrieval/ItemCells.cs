using System.Numerics.Tensors;

namespace RecOps.Training.Retrieval;

/// <summary>Items grouped into cells.</summary>
/// <param name="Centroids">[cells, d]: mean of the cell's items.</param>
/// <param name="Spreads">[cells]: root mean square deviation of the cell's values from those of its centroid.</param>
/// <param name="Members">Items by cell, ascending within each.</param>
/// <param name="Starts">[cells + 1] into <paramref name="Members"/>.</param>
internal sealed record ItemCells(float[] Centroids, float[] Spreads, int[] Members, int[] Starts)
{
    public int Count => Spreads.Length;

    public ReadOnlySpan<int> Of(int cell) => Members.AsSpan(Starts[cell], Starts[cell + 1] - Starts[cell]);

    /// <summary>Groups rows by cell and measures each cell. The same assignments give the same cells on any number of cores.</summary>
    /// <param name="read">Reads a row into a vector.</param>
    /// <param name="previous">[cells, d]: previous centroids, which empty cells keep.</param>
    public static ItemCells Group(int[] assignments, RowReader read, float[] previous, int dimension)
    {
        int cells = previous.Length / dimension;
        var starts = new int[cells + 1];
        foreach (int cell in assignments)
            starts[cell + 1]++;
        for (int cell = 0; cell < cells; cell++)
            starts[cell + 1] += starts[cell];
        var members = new int[assignments.Length];
        int[] next = starts[..^1];
        for (int row = 0; row < assignments.Length; row++)
            members[next[assignments[row]]++] = row;

        var grouped = new ItemCells((float[])previous.Clone(), new float[cells], members, starts);
        Parallel.For(0, cells, cell => grouped.Measure(cell, read, dimension));
        return grouped;
    }

    private void Measure(int cell, RowReader read, int dimension)
    {
        ReadOnlySpan<int> rows = Of(cell);
        if (rows.IsEmpty)
            return;
        var vector = new float[dimension];
        var sum = new double[dimension];
        double squares = 0;
        foreach (int row in rows)
        {
            read(row, vector);
            for (int k = 0; k < dimension; k++)
                sum[k] += vector[k];
            squares += TensorPrimitives.SumOfSquares<float>(vector);
        }

        double square = 0;
        for (int k = 0; k < dimension; k++)
        {
            double mean = sum[k] / rows.Length;
            Centroids[(cell * dimension) + k] = (float)mean;
            square += mean * mean;
        }

        Spreads[cell] = (float)Math.Sqrt(Math.Max(0, (squares / rows.Length) - square) / dimension);
    }
}

/// <summary>Reads a row into a vector of the same length.</summary>
internal delegate void RowReader(int row, Span<float> vector);
