namespace RecOps.Shared.Bundles;

/// <summary>
/// How index.safetensors lays out its codes. The items of a cell are in blocks of 16; within a block, four dimensions of each of the
/// 16 items come first, then the next four, so that one vector register holds the same dimensions of a whole block and sums need no
/// shuffling. A value x has the code round(x / scale) + 128, with the scale of its item.
/// </summary>
public static class IndexLayout
{
    /// <summary>Items of a block; the last block of a cell is padded.</summary>
    public const int BlockItems = 16;

    /// <summary>Consecutive dimensions of one item; dimensions beyond the vector's have the code of zero.</summary>
    public const int GroupDimensions = 4;

    /// <summary>The code of zero.</summary>
    public const byte ZeroCode = 128;

    /// <summary>The code of an item's largest value, minus <see cref="ZeroCode"/>.</summary>
    public const int MaxCode = 127;

    public static int Groups(int dimension) => (dimension + GroupDimensions - 1) / GroupDimensions;

    public static int BlockBytes(int dimension) => Groups(dimension) * GroupDimensions * BlockItems;

    /// <summary>Writes the codes of one item into its place of a block.</summary>
    /// <param name="block">The whole block.</param>
    /// <param name="place">0 to 15.</param>
    /// <returns>The item's scale; 0 for a vector of zeros.</returns>
    public static float Encode(ReadOnlySpan<float> vector, Span<byte> block, int place)
    {
        float largest = 0;
        foreach (float value in vector)
            largest = Math.Max(largest, Math.Abs(value));
        float perUnit = largest > 0 ? MaxCode / largest : 0;
        for (int i = 0; i < vector.Length; i++)
        {
            int code = (int)MathF.Round(vector[i] * perUnit) + ZeroCode;
            block[(((i / GroupDimensions * BlockItems) + place) * GroupDimensions) + (i % GroupDimensions)] = (byte)code;
        }

        return largest / MaxCode;
    }
}
