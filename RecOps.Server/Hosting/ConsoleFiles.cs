
namespace RecOps.Server.Hosting;

internal static class ConsoleFiles
{
    private const string PageConstraint = "consolePage";

    public static IServiceCollection AddConsoleFiles(this IServiceCollection services) =>
        services.Configure<RouteOptions>(options => options.SetParameterPolicy<ConsolePage>(PageConstraint));

    /// <summary>The console's files, and its start page for every path that is a page of it.</summary>
    public static WebApplication MapConsoleFiles(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapFallbackToFile($"{{*path:nonfile:{PageConstraint}}}", "index.html");
        return app;
    }

    /// <summary>A path under one of the programs' own roots is never a page: a mistyped call must be a 404, not HTML.</summary>
    private sealed class ConsolePage : IRouteConstraint
    {
        private static readonly string[] Reserved = ["v1", "api", "health", "openapi", "metrics", "scalar"];

        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection)
        {
            string path = values[routeKey] as string ?? "";
            int slash = path.IndexOf('/', StringComparison.Ordinal);
            string root = slash < 0 ? path : path[..slash];
            return !Reserved.Contains(root, StringComparer.OrdinalIgnoreCase);
        }
    }
}
