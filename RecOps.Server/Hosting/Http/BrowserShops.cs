using Microsoft.Extensions.Options;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Lets scripts on the shop's own pages call the storefront API (CORS): only from the configured origins, none by default.
/// </summary>
internal static class BrowserShops
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>
    /// Register it before anything that refuses requests: scripts cannot read an answer that does not name their origin, and the browser's
    /// preflight carries no key.
    /// </summary>
    public static WebApplication UseBrowserShops(this WebApplication app)
    {
        string[] origins = app.Services.GetRequiredService<IOptions<HostingOptions>>().Value.AllowedOrigins ?? [];
        if (origins.Length == 0)
            return app;
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/v1"),
            storefront =>
                storefront.UseCors(policy =>
                    policy
                        .WithOrigins(origins)
                        .AllowAnyHeader()
                        .AllowAnyMethod()
                        .WithExposedHeaders("Retry-After")
                        .SetPreflightMaxAge(Remembered)
                )
        );
        return app;
    }
}
