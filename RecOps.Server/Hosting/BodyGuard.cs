using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace RecOps.Server.Hosting;

/// <summary>
/// Refuses bodies that cannot be read for how they are written: compressed, or in a character set that nobody knows, for which the framework throws
/// as if the server were at fault.
/// </summary>
internal static class BodyGuard
{
    /// <returns>Null for a body that can be read, and for none.</returns>
    public static ProblemHttpResult? Refuse(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        if (headers.ContentEncoding is { Count: > 0 } encodings && !encodings.All(encoding => "identity".Equals(encoding, StringComparison.OrdinalIgnoreCase)))
            return Unsupported($"Bodies are not read as '{encodings}'; send the body uncompressed.");
        return headers.ContentType is { Count: > 0 } types && types.ToString() is { } type && type.Contains("charset", StringComparison.OrdinalIgnoreCase)
            && MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed) && !IsKnown(HeaderUtilities.RemoveQuotes(parsed.Charset).Value)
            ? Unsupported($"The character set '{parsed.Charset}' is not known; send UTF-8.")
            : null;
    }

    private static ProblemHttpResult Unsupported(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status415UnsupportedMediaType);

    private static bool IsKnown(string? charset)
    {
        if (charset is null || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return true;
        try
        {
            _ = Encoding.GetEncoding(charset);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
