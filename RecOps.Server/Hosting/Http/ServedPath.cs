using System.Text.RegularExpressions;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// The server's base path, such as /recops in https://tools.example/recops/. A proxy that strips it sends it in X-Forwarded-Prefix: the
/// whole public path. Where a proxy leaves it on, Hosting:PathBase strips it here, and is the public path unless the header says otherwise.
/// Requests without it are answered too, because probes call the server directly.
/// </summary>
internal static partial class ServedPath
{
    /// <summary>The header is trusted only from proxies that are trusted for the caller's address.</summary>
    public static IServiceCollection AddServedPath(this IServiceCollection services) =>
        services.PostConfigure<ForwardedHeadersOptions>(options =>
        {
            if (options.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedFor))
                options.ForwardedHeaders |= ForwardedHeaders.XForwardedPrefix;
        });

    /// <summary>Register it before anything that looks at paths.</summary>
    public static WebApplication UseServedPath(this WebApplication app)
    {
        // An invalid value is reported shortly after, with all other settings.
        string set = app.Services.GetRequiredService<IOptions<HostingOptions>>().Value.PathBase;
        PathString own = IsPlain(set) ? new PathString(set) : PathString.Empty;
        bool isTold = app
            .Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>()
            .Value.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedPrefix);
        if (own.HasValue || isTold)
            app.Use(next => context => Settle(context, own) ? next(context) : Task.CompletedTask);
        return app;
    }

    /// <summary>
    /// Whether the path can be used as is in addresses, cookies and pages: segments of letters, digits and - . _ ~, none of them . or ..
    /// </summary>
    public static bool IsPlain(string path) => Plain().IsMatch(path);

    /// <summary>The public address of something on this server.</summary>
    /// <param name="path">Path of a route.</param>
    public static string PublicPath(this HttpRequest request, string path) => request.PathBase.ToUriComponent() + path;

    /// <returns>False when the request has already been answered.</returns>
    private static bool Settle(HttpContext context, PathString own)
    {
        HttpRequest request = context.Request;

        // The proxy's value is here by now, validated or not.
        string told = request.PathBase.Value?.TrimEnd('/') ?? "";
        request.PathBase = IsPlain(told) ? new PathString(told) : PathString.Empty;
        if (!own.HasValue || !request.Path.StartsWithSegments(own, out PathString typed, out PathString rest))
            return true;
        if (!request.PathBase.HasValue)
            request.PathBase = typed;
        if (rest.HasValue)
        {
            request.Path = rest;
            return true;
        }

        // Relative addresses in the page would resolve against its parent.
        context.Response.Redirect(request.PublicPath("/") + request.QueryString);
        return false;
    }

    [GeneratedRegex(@"\A(?:/(?!\.{1,2}(?:/|\z))[A-Za-z0-9._~-]+)+\z")]
    private static partial Regex Plain();
}
