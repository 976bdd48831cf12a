using RecOps.Shared;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Handles calls that no endpoint takes, as HTTP requires: HEAD is answered where GET is, OPTIONS lists the allowed methods, and an unknown
/// path, method or content type is a 404, 405 or 415. None of these needs a sign-in: the framework's fallback policy would answer 401.
/// </summary>
internal static class CallManners
{
    /// <summary>
    /// Register it before routing: refuses requests that cannot be read. One function does all the early checks, because the most frequent
    /// call pays for each middleware. Kestrel sends no body for HEAD, whatever is written.
    /// </summary>
    public static Task BeforeRoutingAsync(HttpContext context, RequestDelegate next)
    {
        if ((AddressGuard.Refuse(context) ?? BodyGuard.Refuse(context)) is { } refusal)
            return refusal.ExecuteAsync(context);

        // A stream would never end.
        if (HttpMethods.IsHead(context.Request.Method) && !context.Request.Path.StartsWithSegments(Routes.TelemetryStream))
            context.Request.Method = HttpMethods.Get;
        return next(context);
    }

    /// <summary>Register it after routing.</summary>
    public static Task AnswerNoCallAsync(HttpContext context, RequestDelegate next)
    {
        Endpoint? endpoint = context.GetEndpoint();
        if (endpoint is RouteEndpoint)
            return next(context);
        if (endpoint?.RequestDelegate is { } refuse)
            return RefuseAsync(context, refuse);

        // Some paths without an endpoint are pages of the console, or files that a page asks for. A program that sends a key asks for
        // neither.
        IHeaderDictionary headers = context.Request.Headers;
        bool isPage =
            ConsoleFiles.IsPage(context) && (headers.Cookie.Count > 0 || !headers.ContainsKey(Security.Keys.StorefrontGate.Header));
        if (endpoint is not null || isPage || context.Request.Path.Value is null or "/")
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <param name="refuse">Endpoint that routing made for a path it matched, to report what is wrong with the call.</param>
    private static async Task RefuseAsync(HttpContext context, RequestDelegate refuse)
    {
        await refuse(context);
        string allowed = context.Response.Headers.Allow.ToString();
        if (allowed.Split(", ").Contains(HttpMethods.Get))
            context.Response.Headers.Allow = $"{allowed}, {HttpMethods.Head}";
        if (!HttpMethods.IsOptions(context.Request.Method) || context.Response.StatusCode != StatusCodes.Status405MethodNotAllowed)
            return;
        context.Response.Headers.Allow = context.Response.Headers.Allow + ", OPTIONS";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
