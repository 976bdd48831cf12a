using System.Globalization;

namespace RecOps.Serving.Ranking;

/// <summary>
/// Scores as answers write them: the shortest decimals that distinguish 16-bit numbers. Lists store scores in that precision, so a list
/// reads the same whether computed or cached, and there are few enough of them to cache every text.
/// </summary>
internal static class ScoreText
{
    private const int Longest = 12;
    private static readonly int Count = BitConverter.HalfToUInt16Bits((Half)1) + 1;
    private static readonly byte[] Texts = new byte[Count * Longest];
    private static readonly byte[] Lengths = new byte[Count];
    private static readonly float[] Values = new float[Count];

    static ScoreText()
    {
        for (int bits = 0; bits < Count; bits++)
        {
            BitConverter
                .UInt16BitsToHalf((ushort)bits)
                .TryFormat(Texts.AsSpan(bits * Longest, Longest), out int length, default, CultureInfo.InvariantCulture);
            Lengths[bits] = (byte)length;
            Values[bits] = float.Parse(Texts.AsSpan(bits * Longest, length), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The text of a score of 0 to 1.</summary>
    /// <returns>False for any other number.</returns>
    public static bool TryGet(float score, out ReadOnlySpan<byte> text)
    {
        int bits = BitConverter.HalfToUInt16Bits((Half)score);
        text = bits < Count ? Texts.AsSpan(bits * Longest, Lengths[bits]) : default;
        return bits < Count;
    }

    /// <summary>The number that the text represents.</summary>
    public static float ValueOf(float score)
    {
        int bits = BitConverter.HalfToUInt16Bits((Half)score);
        return bits < Count ? Values[bits] : score;
    }
}
