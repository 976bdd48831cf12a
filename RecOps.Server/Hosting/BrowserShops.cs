using Microsoft.Extensions.Options;

namespace RecOps.Server.Hosting;

/// <summary>
/// Lets scripts of a shop's own pages call the storefront API (CORS): only those of the origins in the settings, and none unless set.
/// </summary>
internal static class BrowserShops
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>
    /// To be used before anything that refuses: a script may read no answer that does not name its origin, and the browser's own question
    /// carries no key.
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
