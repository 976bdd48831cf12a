using RecOps.Shared;

namespace RecOps.Server.Hosting;

/// <summary>
/// What HTTP says of calls that are none: HEAD is answered where GET is, OPTIONS says what a path takes, and a path, a method or a content type that
/// does not exist is a 404, 405 or 415, which nobody has to sign in for: the framework's fallback policy would answer 401.
/// </summary>
internal static class CallManners
{
    private const string Storefront = "/v1";

    /// <summary>To be used before routing. The server of sockets sends no body where HEAD was asked, whatever is written.</summary>
    public static Task AnswerHeadAsync(HttpContext context, RequestDelegate next)
    {
        // A stream would never end.
        if (HttpMethods.IsHead(context.Request.Method) && !context.Request.Path.StartsWithSegments(Routes.TelemetryStream)) context.Request.Method = HttpMethods.Get;
        return next(context);
    }

    /// <summary>To be used after routing.</summary>
    public static async Task AnswerNoCallAsync(HttpContext context, RequestDelegate next)
    {
        Endpoint? endpoint = context.GetEndpoint();
        if (endpoint is null && context.Request.Path.StartsWithSegments(Storefront))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (endpoint is { RequestDelegate: { } refuse } and not RouteEndpoint)
        {
            // Routing has found the path, and made an endpoint that says what is wrong.
            await refuse(context);
            if (!HttpMethods.IsOptions(context.Request.Method) || context.Response.StatusCode != StatusCodes.Status405MethodNotAllowed) return;
            context.Response.Headers.Allow = context.Response.Headers.Allow + ", OPTIONS";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await next(context);
        }
    }
}
