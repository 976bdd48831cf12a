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
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } encodings && !encodings.All(encoding => "identity".Equals(encoding, StringComparison.OrdinalIgnoreCase)))
        {
            return TypedResults.Problem(
                $"Bodies are not read as '{encodings}'; send the body uncompressed.", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context);
        }

        if (context.Request.ContentType is not { } type || !type.Contains("charset", StringComparison.OrdinalIgnoreCase)
            || !MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed) || IsKnown(HeaderUtilities.RemoveQuotes(parsed.Charset).Value)) return next(context);
        ProblemHttpResult problem = TypedResults.Problem(
            $"The character set '{parsed.Charset}' is not known; send UTF-8.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        return problem.ExecuteAsync(context);
    }

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
