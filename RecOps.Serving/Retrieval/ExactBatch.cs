using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>Exact nearest items of many queries at once: each block of items is converted once for all of them, on all cores.</summary>
internal static class ExactBatch
{
    private const int BlockRows = 64;

    /// <param name="items">[items, d].</param>
    /// <param name="queries">Each [d].</param>
    /// <param name="cosine">Whether by cosine or by dot product.</param>
    /// <param name="limit">Items per query.</param>
    /// <returns>Ordinals for each query, best first; ties go to the lower ordinal.</returns>
    public static int[][] TopK(MappedTensor<Half> items, float[][] queries, bool cosine, int limit)
    {
        int parts = Environment.ProcessorCount;
        var lists = new Shortlist[parts][];
        Parallel.For(
            0,
            parts,
            part =>
            {
                lists[part] = Array.ConvertAll(queries, _ => new Shortlist());
                foreach (Shortlist list in lists[part])
                    list.Clear(limit);
                int first = (int)((long)items.Rows * part / parts);
                Scan(items, first, (int)((long)items.Rows * (part + 1) / parts), queries, cosine, lists[part]);
            }
        );
        var best = new int[queries.Length][];
        for (int query = 0; query < queries.Length; query++)
        {
            best[query] = [.. lists.SelectMany(part => part[query].Best().ToArray()).OrderDescending().Take(limit).Select(ScoreKey.Number)];
        }

        return best;
    }

    private static void Scan(MappedTensor<Half> items, int first, int end, float[][] queries, bool cosine, Shortlist[] lists)
    {
        int dimension = items.Columns;
        var block = new float[BlockRows * dimension];
        for (; first < end; first += BlockRows)
        {
            int rows = Math.Min(BlockRows, end - first);
            TensorPrimitives.ConvertToSingle(items.RowRange(first, rows), block);
            if (cosine)
                Normalise(block, rows, dimension);
            for (int query = 0; query < queries.Length; query++)
            {
                Shortlist list = lists[query];
                for (int row = 0; row < rows; row++)
                {
                    float score = TensorPrimitives.Dot(queries[query], block.AsSpan(row * dimension, dimension));
                    if (score > list.Bar)
                        list.Add(first + row, score);
                }
            }
        }
    }

    private static void Normalise(float[] block, int rows, int dimension)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> vector = block.AsSpan(row * dimension, dimension);
            float norm = TensorPrimitives.Norm<float>(vector);
            if (norm > 0)
                TensorPrimitives.Divide(vector, norm, vector);
        }
    }
}
