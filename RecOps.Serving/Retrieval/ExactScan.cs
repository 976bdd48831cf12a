using System.Buffers;
using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>
/// The k rows with the largest dot product, found by looking at every row: blocks of f16 are widened into scratch that stays in
/// the L1 cache, and a bounded min-heap keeps the best. Equal scores go to the lower ordinal.
/// </summary>
internal static class ExactScan
{
    private const int ScratchFloats = 4096;

    /// <param name="rows">[n, d].</param>
    /// <param name="query">[d].</param>
    /// <param name="scale">[n] factors on the scores, or empty for none.</param>
    /// <param name="filter">Rows that may be found.</param>
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

    /// <summary>Looks at some rows only.</summary>
    /// <param name="rows">[n, d].</param>
    /// <param name="few">Rows to look at, ascending.</param>
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

            // At the root of the heap it would keep out all that are better.
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

    /// <summary>Keeps the best in a heap, the worst of them on top.</summary>
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

                // Also false for NaN. Ordinals rise, so an equal score is never better than what is there.
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

    /// <summary>Puts an entry in place of the root, which is the worst.</summary>
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
