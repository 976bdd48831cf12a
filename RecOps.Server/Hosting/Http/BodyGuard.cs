using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Refuses bodies in an unreadable encoding: compressed, or in an unknown character set, for which the framework throws as if the server
/// were at fault.
/// </summary>
internal static class BodyGuard
{
    /// <summary>The framework accepts neither quotes, which HTTP allows, nor this name, which many programs send.</summary>
    private const string ShortName = "utf8";

    /// <returns>Null for a readable body, and for no body.</returns>
    public static ProblemHttpResult? Refuse(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.ContentEncoding is { Count: > 0 } encodings && !encodings.All(IsPlain))
            return Unsupported($"Content-Encoding '{encodings}' is not supported. Send the body uncompressed.");
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
            return Unsupported($"The character set '{charset}' is not supported. Send UTF-8.");
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
            // Unknown, or no longer supported by the runtime, such as UTF-7.
            return false;
        }
    }
}
