using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace RecOps.Server.Hosting;

/// <summary>
/// Refuses bodies that cannot be read for how they are written: compressed, or in a character set that nobody knows, for which the
/// framework throws as if the server were at fault.
/// </summary>
internal static class BodyGuard
{
    /// <summary>The framework takes neither quotes, which HTTP allows, nor this name, which many programs send.</summary>
    private const string ShortName = "utf8";

    /// <returns>Null for a body that can be read, and for none.</returns>
    public static ProblemHttpResult? Refuse(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.ContentEncoding is { Count: > 0 } encodings && !encodings.All(IsPlain))
            return Unsupported($"Bodies are not read as '{encodings}'; send the body uncompressed.");
        if (
            headers.ContentType is not { Count: > 0 } types
            || types.ToString() is not { } type
            || !type.Contains("charset", StringComparison.OrdinalIgnoreCase)
            || !MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed)
            || !parsed.Charset.HasValue
        )
            return null;
        string charset = HeaderUtilities.RemoveQuotes(parsed.Charset).ToString();
        if (charset.Equals(ShortName, StringComparison.OrdinalIgnoreCase))
            charset = Encoding.UTF8.WebName;
        if (!IsKnown(charset))
            return Unsupported($"The character set '{charset}' is not known; send UTF-8.");
        if (parsed.Charset == charset)
            return null;
        parsed.Charset = charset;
        headers.ContentType = parsed.ToString();
        return null;
    }

    private static bool IsPlain(string? encoding) =>
        string.IsNullOrWhiteSpace(encoding) || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static ProblemHttpResult Unsupported(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status415UnsupportedMediaType);

    private static bool IsKnown(string charset)
    {
        if (charset.Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase))
            return true;
        try
        {
            _ = Encoding.GetEncoding(charset);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            // No such character set, or one that the runtime does not read any more, such as UTF-7.
            return false;
        }
    }
}
