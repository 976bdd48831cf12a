using RecOps.Shared;

namespace RecOps.Server.Hosting;

/// <summary>
/// What HTTP says of calls that are none: HEAD is answered where GET is, OPTIONS says what a path takes, and a path, a method or a content
/// type that does not exist is a 404, 405 or 415, which nobody has to sign in for: the framework's fallback policy would answer 401.
/// </summary>
internal static class CallManners
{
    /// <summary>
    /// To be used before routing: refuses what cannot be read. One function for all that is looked at then: the most frequent call pays for
    /// each middleware. The server of sockets sends no body where HEAD was asked, whatever is written.
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

    /// <summary>To be used after routing.</summary>
    public static Task AnswerNoCallAsync(HttpContext context, RequestDelegate next)
    {
        Endpoint? endpoint = context.GetEndpoint();
        if (endpoint is RouteEndpoint)
            return next(context);
        if (endpoint?.RequestDelegate is { } refuse)
            return RefuseAsync(context, refuse);

        // Of paths without an endpoint some are pages of the console, or files that a page would have. A program that shows a key asks for
        // none.
        IHeaderDictionary headers = context.Request.Headers;
        bool isPage = ConsoleFiles.IsPage(context) && (headers.Cookie.Count > 0 || !headers.ContainsKey(Security.StorefrontGate.Header));
        if (endpoint is not null || isPage || context.Request.Path.Value is null or "/")
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <param name="refuse">Of the endpoint that routing made for a path that it has found, to say what is wrong with the call.</param>
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
