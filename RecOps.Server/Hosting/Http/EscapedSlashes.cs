using Microsoft.AspNetCore.Http.Features;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Decodes escaped slashes in path values. The framework leaves them escaped, since they would look like separators, so an id with a slash
/// would silently become another id. Reads the raw address, because %2F and %252F look the same in the decoded path.
/// </summary>
internal static class EscapedSlashes
{
    private const string Slash = "%2F";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value is { } path && path.Contains('%', StringComparison.Ordinal))
            Decode(context, path);
        return next(context);
    }

    private static void Decode(HttpContext context, string path)
    {
        if (
            context.GetEndpoint() is not RouteEndpoint { RoutePattern: var pattern }
            || !path.Contains(Slash, StringComparison.OrdinalIgnoreCase)
        )
            return;
        string[] sent = SegmentsOf(context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw ? raw : path);
        if (sent.Length < pattern.PathSegments.Count)
            return;
        for (int i = 0; i < pattern.PathSegments.Count; i++)
        {
            // From the end: the path may start with the server's base path.
            if (
                pattern.PathSegments[i] is
                { IsSimple: true, Parts: [Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { IsCatchAll: false } parameter] }
            )
                context.Request.RouteValues[parameter.Name] = Uri.UnescapeDataString(sent[sent.Length - pattern.PathSegments.Count + i]);
        }
    }

    private static string[] SegmentsOf(string target)
    {
        int end = target.AsSpan().IndexOfAny('?', '#');
        return (end < 0 ? target : target[..end]).Trim('/').Split('/');
    }
}
