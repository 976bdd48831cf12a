using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace RecOps.Serving.Catalog;

/// <summary>Text as it appears inside the quotes of a JSON answer, escaped like everything this server serializes.</summary>
internal static class JsonText
{
    /// <summary>Most bytes per UTF-16 unit: an escape.</summary>
    public const int BytesPerCharacter = 6;

    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    // Bytes copied unchanged, which is nearly all of them.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -_.,:;/!?()[]{}@#$%*+=|~^&<>'`"
    );

    /// <param name="target">At least <see cref="BytesPerCharacter"/> bytes for each character.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> target)
    {
        if (!text.ContainsAnyExcept(Plain))
            return Encoding.ASCII.GetBytes(text, target);
        char[] escaped = ArrayPool<char>.Shared.Rent(text.Length * BytesPerCharacter);
        Encoder.Encode(text, escaped, out _, out int length);
        int written = Encoding.UTF8.GetBytes(escaped.AsSpan(0, length), target);
        ArrayPool<char>.Shared.Return(escaped);
        return written;
    }
}
