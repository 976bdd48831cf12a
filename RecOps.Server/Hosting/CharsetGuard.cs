using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace RecOps.Server.Hosting;

/// <summary>Refuses bodies in a character set that nobody knows, for which the framework throws as if the server were at fault.</summary>
internal static class CharsetGuard
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
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
