using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>Lengths of item vectors, for cosines.</summary>
internal sealed class ItemNorms
{
    private readonly MappedTensor<Half> _items;
    private readonly float[] _inverse;

    /// <param name="items">[items, d].</param>
    public ItemNorms(MappedTensor<Half> items)
    {
        _items = items;
        _inverse = new float[items.Rows];
        Parallel.For(
            0,
            items.Rows,
            () => new float[items.Columns],
            (item, _, row) =>
            {
                TensorPrimitives.ConvertToSingle(items[item], row);
                float norm = TensorPrimitives.Norm<float>(row);
                _inverse[item] = norm > 0 ? 1 / norm : 0;
                return row;
            },
            _ => { }
        );
    }

    /// <summary>[items]: 1 / length, 0 for a vector of zeros.</summary>
    public ReadOnlySpan<float> Inverse => _inverse;

    /// <summary>An item's normalized vector.</summary>
    public void FillUnit(int item, Span<float> vector)
    {
        TensorPrimitives.ConvertToSingle(_items[item], vector);
        TensorPrimitives.Multiply(vector, _inverse[item], vector);
    }

    /// <summary>Rounding may push a cosine slightly beyond 1.</summary>
    public static void ClampCosines(Span<float> cosines)
    {
        foreach (ref float cosine in cosines)
            cosine = Math.Clamp(cosine, -1f, 1f);
    }
}
