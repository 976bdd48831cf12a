using System.Numerics;
using System.Runtime.InteropServices;

namespace RecOps.Shared.Bundles;

/// <summary>
/// Refuses tensors with values that are not finite numbers. One of them in a vector makes every score with it NaN, which is neither
/// larger nor smaller than any other: the result of a search then depends on the order in which it looks.
/// </summary>
internal static class FiniteNumbers
{
    /// <exception cref="BundleException">There is a NaN or an infinity; the message has its row and column.</exception>
    public static void Verify(string file, string tensor, MappedTensor<Half> values) => Verify<Half, ushort>(file, tensor, values, 0x7C00);

    /// <inheritdoc cref="Verify(string, string, MappedTensor{Half})"/>
    public static void Verify(string file, string tensor, MappedTensor<float> values) =>
        Verify<float, uint>(file, tensor, values, 0x7F80_0000);

    /// <param name="exponent">The exponent's bits, which are all set only in values that are not finite.</param>
    private static void Verify<T, TBits>(string file, string tensor, MappedTensor<T> values, TBits exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        for (int row = 0; row < values.Rows; row++)
        {
            int column = Find(MemoryMarshal.Cast<T, TBits>(values[row]), exponent);
            if (column < 0)
                continue;
            string where = values.Columns > 1 ? $"row {row}, column {column}" : $"row {row}";
            throw new BundleException(
                $"{file}: tensor '{tensor}' has {values[row][column]} in {where}; every value must be a finite number."
            );
        }
    }

    /// <returns>-1 when all are finite.</returns>
    private static int Find<TBits>(ReadOnlySpan<TBits> bits, TBits exponent)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var mask = new Vector<TBits>(exponent);
            for (; i <= bits.Length - Vector<TBits>.Count; i += Vector<TBits>.Count)
            {
                if (Vector.EqualsAny(new Vector<TBits>(bits[i..]) & mask, mask))
                    break;
            }
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & exponent) == exponent)
                return i;
        }

        return -1;
    }
}
