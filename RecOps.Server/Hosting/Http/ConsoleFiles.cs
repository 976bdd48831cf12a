using Microsoft.AspNetCore.StaticAssets;

namespace RecOps.Server.Hosting.Http;

internal static class ConsoleFiles
{
    /// <summary>Paths under these prefixes are never pages: a mistyped call must be a 404, not HTML.</summary>
    private static readonly string[] Reserved = ["v1", "api", "health", "openapi", "metrics", "scalar"];

    /// <summary>
    /// Serves the console's files, and its start page for every path that is one of its pages. The start page is not an endpoint: a
    /// catch-all endpoint would hide that a call exists with another method.
    /// </summary>
    public static WebApplication MapConsoleFiles(this WebApplication app)
    {
        StartPage page = app.Services.GetRequiredService<StartPage>();
        app.MapStaticAssets()
            .AllowAnonymous()
            .Add(endpoint =>
            {
                // The file and its compressed copies are only correct at the root of a host.
                bool isStartPage = endpoint
                    .Metadata.OfType<StaticAssetDescriptor>()
                    .Any(asset => asset.AssetPath.StartsWith(StartPage.File, StringComparison.Ordinal));
                if (isStartPage)
                    endpoint.RequestDelegate = page.AnswerAsync;
            });
        app.Use(next => context => IsPage(context) && page.Exists ? page.AnswerAsync(context) : next(context));
        return app;
    }

    /// <summary>Whether a request is for a console page, not for a file or a call.</summary>
    public static bool IsPage(HttpContext context)
    {
        if (context.GetEndpoint() is not null)
            return false;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return false;
        string path = context.Request.Path.Value ?? "/";
        if (path.LastIndexOf('.') > path.LastIndexOf('/'))
            return false;
        int end = path.IndexOf('/', Math.Min(1, path.Length));
        string root = end < 0 ? path[1..] : path[1..end];
        return !Reserved.Contains(root, StringComparer.OrdinalIgnoreCase);
    }
}
