using System.Globalization;
using System.Text;
using ParquetSharp;

namespace RecOps.Serving.Parquet;

/// <summary>Text, and values that are read as text.</summary>
internal static class ParquetTexts
{
    private const int UuidBytes = 16;

    // Invalid text must not turn into something that looks valid.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="pool">Null for a separate string.</param>
    /// <exception cref="DecoderFallbackException">It is not UTF-8.</exception>
    public static unsafe string Decode(ByteArray value, TextPool? pool)
    {
        var bytes = new ReadOnlySpan<byte>((void*)value.Pointer, value.Length);
        return pool is null ? Strict.GetString(bytes) : pool.Of(bytes, Strict);
    }

    public static string Of(decimal whole, TextPool? pool)
    {
        string text = whole.ToString(CultureInfo.InvariantCulture);
        return pool is null ? text : pool.Of(text);
    }

    public static unsafe string UuidOf(FixedLenByteArray value) =>
        new Guid(new ReadOnlySpan<byte>((void*)value.Pointer, UuidBytes), bigEndian: true).ToString();
}
