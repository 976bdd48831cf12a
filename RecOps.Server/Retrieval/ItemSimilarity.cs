using System.Buffers;
using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Retrieval;

/// <summary>Which items are near an item, by cosine of the item vectors.</summary>
internal sealed class ItemSimilarity
{
    private readonly MappedTensor<Half> _items;
    private readonly float[] _inverseNorms;

    /// <param name="items">[items, d].</param>
    public ItemSimilarity(MappedTensor<Half> items)
    {
        _items = items;
        _inverseNorms = new float[items.Rows];
        float[] row = new float[items.Columns];
        for (int item = 0; item < items.Rows; item++)
        {
            TensorPrimitives.ConvertToSingle(items[item], row);
            float norm = TensorPrimitives.Norm(row);
            _inverseNorms[item] = norm > 0 ? 1 / norm : 0;
        }
    }

    /// <summary>The nearest items, best first.</summary>
    /// <param name="item">Its ordinal; the filter has to rule it out.</param>
    /// <returns>How many were found.</returns>
    public int Search(int item, in ItemFilter filter, Span<int> ordinals, Span<float> scores)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(_items.Columns);
        Span<float> query = rented.AsSpan(0, _items.Columns);
        TensorPrimitives.ConvertToSingle(_items[item], query);
        TensorPrimitives.Multiply(query, _inverseNorms[item], query);
        int found = ExactScan.TopK(_items, query, _inverseNorms, filter, ordinals, scores);
        ArrayPool<float>.Shared.Return(rented);

        // Rounding may leave a cosine a hair above 1.
        for (int i = 0; i < found; i++) scores[i] = Math.Clamp(scores[i], -1f, 1f);
        return found;
    }
}
