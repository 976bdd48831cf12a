namespace RecOps.Server.Security;

/// <summary>
/// Refuses changes that another site makes a browser send with a person's cookie (CSRF). Browsers send a request's origin in
/// Sec-Fetch-Site, older ones in Origin, and scripts cannot forge either. A request with neither does not come from a browser.
/// </summary>
internal static class CrossSiteGuard
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsSafe(context.Request.Method) || IsFromHere(context.Request))
        {
            await next(context);
            return;
        }

        await TypedResults
            .Problem("Another site sent this request. Make changes in the console itself.", statusCode: StatusCodes.Status403Forbidden)
            .ExecuteAsync(context);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsFromHere(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none";
        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (
                Uri.TryCreate(origin, UriKind.Absolute, out Uri? from)
                && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            );
    }
}
