using System.Buffers;
using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// Finds the k rows with the largest dot products by a full scan: blocks of f16 are widened into scratch memory that stays in the L1 cache,
/// and a bounded min-heap keeps the best. Ties go to the lower ordinal.
/// </summary>
internal static class ExactScan
{
    private const int ScratchFloats = 4096;

    /// <param name="rows">[n, d].</param>
    /// <param name="query">[d].</param>
    /// <param name="scale">[n] factors of the scores, or empty for none.</param>
    /// <param name="filter">Rows that may be returned.</param>
    /// <param name="ordinals">Filled best first; its length is k.</param>
    /// <param name="scores">As long as <paramref name="ordinals"/>.</param>
    /// <returns>How many were found: k unless the filter allows fewer.</returns>
    public static int TopK(
        MappedTensor<Half> rows,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> scale,
        in ItemFilter filter,
        Span<int> ordinals,
        Span<float> scores
    )
    {
        int limit = ordinals.Length;
        if (limit == 0)
            return 0;
        int dimension = rows.Columns;
        int block = Math.Max(1, ScratchFloats / dimension);
        float[] scratch = ArrayPool<float>.Shared.Rent(block * dimension);
        int count;
        try
        {
            count = Scan(rows, query, scale, filter, ordinals, scores, block, scratch);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scratch);
        }

        SortBestFirst(ordinals[..count], scores[..count]);
        return count;
    }

    /// <summary>Scans only some rows.</summary>
    /// <param name="rows">[n, d].</param>
    /// <param name="few">Rows to scan, ascending.</param>
    /// <param name="search">Filled.</param>
    /// <param name="inStock">By row.</param>
    public static void TopK(MappedTensor<Half> rows, ReadOnlySpan<int> few, CandidateSearch search, ReadOnlySpan<bool> inStock)
    {
        ItemFilter filter = search.FilterOf(inStock);
        Span<float> row = stackalloc float[rows.Columns];
        int limit = search.Ordinals.Length;
        int count = 0;
        foreach (int ordinal in few)
        {
            if (limit == 0 || !filter.Allows(ordinal))
                continue;
            TensorPrimitives.ConvertToSingle(rows[ordinal], row);
            float score = TensorPrimitives.Dot(search.User, row);

            // As the heap's root it would keep out all better rows.
            if (float.IsNaN(score))
                continue;
            if (count < limit)
                SiftUp(search.Ordinals, search.Scores, count++, ordinal, score);
            else if (score > search.Scores[0])
                SiftDown(search.Ordinals, search.Scores, count, ordinal, score);
        }

        SortBestFirst(search.Ordinals.AsSpan(0, count), search.Scores.AsSpan(0, count));
        search.Found = count;
    }

    private static bool Worse(float score, int ordinal, float otherScore, int otherOrdinal) =>
        score < otherScore || (score == otherScore && ordinal > otherOrdinal);

    /// <summary>Keeps the best in a heap, with the worst of them at the root.</summary>
    private static int Scan(
        MappedTensor<Half> rows,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> scale,
        in ItemFilter filter,
        Span<int> ordinals,
        Span<float> scores,
        int block,
        float[] scratch
    )
    {
        int limit = ordinals.Length;
        int dimension = rows.Columns;
        int count = 0;
        float threshold = float.NegativeInfinity;
        for (int first = 0; first < rows.Rows; first += block)
        {
            int height = Math.Min(block, rows.Rows - first);
            TensorPrimitives.ConvertToSingle(rows.RowRange(first, height), scratch);
            for (int i = 0; i < height; i++)
            {
                int ordinal = first + i;
                float score = TensorPrimitives.Dot(query, scratch.AsSpan(i * dimension, dimension));
                if (!scale.IsEmpty)
                    score *= scale[ordinal];

                // Also false for NaN. Ordinals ascend, so a tie never beats an existing entry.
                if (!(score > threshold) || !filter.Allows(ordinal))
                    continue;
                if (count < limit)
                {
                    SiftUp(ordinals, scores, count++, ordinal, score);
                }
                else
                {
                    SiftDown(ordinals, scores, count, ordinal, score);
                }

                if (count == limit)
                    threshold = scores[0];
            }
        }

        return count;
    }

    private static void SiftUp(Span<int> ordinals, Span<float> scores, int hole, int ordinal, float score)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (!Worse(score, ordinal, scores[parent], ordinals[parent]))
                break;
            ordinals[hole] = ordinals[parent];
            scores[hole] = scores[parent];
            hole = parent;
        }

        ordinals[hole] = ordinal;
        scores[hole] = score;
    }

    /// <summary>Replaces the root, which is the worst.</summary>
    private static void SiftDown(Span<int> ordinals, Span<float> scores, int count, int ordinal, float score)
    {
        int hole = 0;
        for (int child = 1; child < count; child = (2 * hole) + 1)
        {
            if (child + 1 < count && Worse(scores[child + 1], ordinals[child + 1], scores[child], ordinals[child]))
                child++;
            if (Worse(score, ordinal, scores[child], ordinals[child]))
                break;
            ordinals[hole] = ordinals[child];
            scores[hole] = scores[child];
            hole = child;
        }

        ordinals[hole] = ordinal;
        scores[hole] = score;
    }

    private static void SortBestFirst(Span<int> ordinals, Span<float> scores)
    {
        for (int end = ordinals.Length - 1; end > 0; end--)
        {
            (int ordinal, float score) = (ordinals[end], scores[end]);
            (ordinals[end], scores[end]) = (ordinals[0], scores[0]);
            SiftDown(ordinals, scores, end, ordinal, score);
        }
    }
}
