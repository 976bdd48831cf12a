using System.Numerics.Tensors;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>A query as integers, so that its products with codes are integers too.</summary>
internal sealed class QuantizedQuery(int dimension)
{
    /// <summary>Largest absolute value: beyond it, two products with codes could exceed 16 bits.</summary>
    public const int MaxCode = 64;

    private readonly sbyte[] _codes = GC.AllocateArray<sbyte>(IndexLayout.Groups(dimension) * IndexLayout.GroupDimensions, pinned: true);

    /// <summary>[groups, 4]; missing dimensions are 0. Pinned.</summary>
    public ReadOnlySpan<sbyte> Codes => _codes;

    /// <summary>Initial value of sums, since item codes are offset by 128.</summary>
    public int Start { get; private set; }

    /// <summary>Scale of a sum of products, before the item's own scale.</summary>
    public float Scale { get; private set; }

    public float Norm { get; private set; }

    /// <returns>False for a vector without a direction: zeros, or NaN.</returns>
    public bool Set(ReadOnlySpan<float> vector)
    {
        Norm = TensorPrimitives.Norm(vector);
        float largest = TensorPrimitives.MaxMagnitude(vector);
        largest = MathF.Abs(largest);
        if (!(Norm > 0) || !float.IsFinite(Norm) || !float.IsFinite(MaxCode / largest))
            return false;
        Scale = largest / MaxCode;
        int sum = 0;
        for (int i = 0; i < vector.Length; i++)
        {
            var code = (sbyte)MathF.Round(vector[i] * (MaxCode / largest));
            _codes[i] = code;
            sum += code;
        }

        Start = -IndexLayout.ZeroCode * sum;
        return true;
    }
}
