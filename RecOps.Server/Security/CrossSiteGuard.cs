namespace RecOps.Server.Security;

/// <summary>
/// Refuses changes that another site has a browser send with somebody's cookie. Browsers say where a request comes from in
/// Sec-Fetch-Site, and older ones in Origin; scripts cannot forge either. What names neither comes from no browser.
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
