using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using ParquetSharp;

namespace RecOps.Serving.Parquet;

/// <summary>Numbers of other types as doubles, each closest to the decimal that was meant.</summary>
internal static class ParquetNumbers
{
    /// <summary>Up to here every integer is a double, and so is each power of ten up to 10²²: their quotient is rounded once.</summary>
    private const long ExactWhole = 1L << 53;

    private static readonly double[] Powers =
    [
        .. Enumerable.Range(0, 23).Select(power => double.Parse($"1E{power}", CultureInfo.InvariantCulture)),
    ];

    /// <summary>The shortest decimal that identifies the number: 19.99 and not 19.989999771118164.</summary>
    public static double Widen(float value)
    {
        if (!float.IsFinite(value))
            return value;
        Span<char> text = stackalloc char[32];
        return value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture)
            ? double.Parse(text[..length], CultureInfo.InvariantCulture)
            : value;
    }

    /// <summary>A decimal as the format stores it: an integer and a scale.</summary>
    public static double Scaled(long unscaled, int scale) =>
        unscaled is >= -ExactWhole and <= ExactWhole && scale < Powers.Length
            ? unscaled / Powers[scale]
            : Scaled((BigInteger)unscaled, scale);

    /// <inheritdoc cref="Scaled(long, int)"/>
    public static double Scaled(BigInteger unscaled, int scale) =>
        BigInteger.Abs(unscaled) <= ExactWhole && scale < Powers.Length
            ? (double)unscaled / Powers[scale]
            : double.Parse(string.Create(CultureInfo.InvariantCulture, $"{unscaled}E-{scale}"), CultureInfo.InvariantCulture);

    public static unsafe float HalfOf(FixedLenByteArray value) =>
        (float)BinaryPrimitives.ReadHalfLittleEndian(new ReadOnlySpan<byte>((void*)value.Pointer, sizeof(Half)));
}
