namespace RecOps.Training.Models;

/// <summary>Symmetric 8-bit integers: value ≈ code · scale, with one scale for each row or column.</summary>
internal static class RowQuantization
{
    private const float Largest = 127;

    // Processors without VNNI add pairs of products with unsigned bytes in 16 bits, and 2 · 255 · 127 would overflow.
    private const float LargestInProduct = 64;

    /// <summary>For tables that rows are looked up in: codes of −127 to 127.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <returns>Codes of the same shape, and [rows] scales.</returns>
    public static (sbyte[] Codes, float[] Scales) Quantize(ReadOnlySpan<Half> matrix, int columns)
    {
        var codes = new sbyte[matrix.Length];
        var scales = new float[matrix.Length / columns];
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<Half> values = matrix.Slice(row * columns, columns);
            float most = 0;
            foreach (Half value in values)
                most = Math.Max(most, MathF.Abs((float)value));
            scales[row] = most / Largest;
            for (int i = 0; i < columns; i++)
                codes[(row * columns) + i] = Code((float)values[i], scales[row]);
        }

        return (codes, scales);
    }

    /// <summary>For weights that inputs are multiplied by: codes of −64 to 64.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <returns>Codes of the same shape, and [columns] scales.</returns>
    public static (sbyte[] Codes, float[] Scales) QuantizeColumns(float[] matrix, int columns)
    {
        var codes = new sbyte[matrix.Length];
        var scales = new float[columns];
        for (int i = 0; i < matrix.Length; i++)
            scales[i % columns] = Math.Max(scales[i % columns], MathF.Abs(matrix[i]) / LargestInProduct);
        for (int i = 0; i < matrix.Length; i++)
            codes[i] = Code(matrix[i], scales[i % columns]);
        return (codes, scales);
    }

    /// <returns>[columns]: the sum of each column's dequantised values.</returns>
    public static float[] ColumnSums(sbyte[] codes, float[] scales)
    {
        var sums = new int[scales.Length];
        for (int i = 0; i < codes.Length; i++)
            sums[i % sums.Length] += codes[i];
        return [.. sums.Zip(scales, (sum, scale) => sum * scale)];
    }

    private static sbyte Code(float value, float scale) => scale > 0 ? (sbyte)MathF.Round(value / scale) : (sbyte)0;
}
