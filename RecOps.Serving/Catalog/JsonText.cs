using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace RecOps.Serving.Catalog;

/// <summary>Texts as they stand inside the quotes of a JSON answer, escaped like everything this server serializes.</summary>
internal static class JsonText
{
    /// <summary>The most bytes that one UTF-16 unit becomes: an escape.</summary>
    public const int BytesPerCharacter = 6;

    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    // What goes out as it is, and is nearly all there is.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -_.,:;/!?()[]{}@#$%*+=|~^&<>'`"
    );

    /// <param name="target">At least <see cref="BytesPerCharacter"/> bytes for each character.</param>
    /// <returns>How many bytes were written.</returns>
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
