using Microsoft.Extensions.Options;

namespace RecOps.Server.Hosting;

/// <summary>Lets scripts of a shop's own pages call the storefront API (CORS): only those of the origins in the settings, and none unless set.</summary>
internal static class BrowserShops
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>To be used between routing and the check of keys, which the browser's own question does not carry.</summary>
    public static WebApplication UseBrowserShops(this WebApplication app)
    {
        string[] origins = app.Services.GetRequiredService<IOptions<HostingOptions>>().Value.AllowedOrigins ?? [];
        if (origins.Length == 0) return app;
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/v1"), storefront => storefront.UseCors(policy =>
            policy.WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("Retry-After").SetPreflightMaxAge(Remembered)));
        return app;
    }
}
