using System.Text.RegularExpressions;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Hosting;

/// <summary>
/// The path that the server lies under, such as /recops in https://tools.example/recops/. A proxy that takes it off the front says so in
/// X-Forwarded-Prefix: that is the whole path as people see it. Where a proxy leaves it on, Hosting:PathBase takes it off here, and is what
/// people see unless the header says otherwise. Requests without it are answered too: probes ask the server itself.
/// </summary>
internal static partial class ServedPath
{
    /// <summary>The header is believed from whoever is believed about the caller's address.</summary>
    public static IServiceCollection AddServedPath(this IServiceCollection services) =>
        services.PostConfigure<ForwardedHeadersOptions>(options =>
        {
            if (options.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedFor))
                options.ForwardedHeaders |= ForwardedHeaders.XForwardedPrefix;
        });

    /// <summary>To be used before anything that looks at paths.</summary>
    public static WebApplication UseServedPath(this WebApplication app)
    {
        // One that is none is reported with all other settings, a moment later.
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
    /// Whether it can stand in addresses, cookies and pages as it is: segments of letters, digits and - . _ ~, none of them . or ..
    /// </summary>
    public static bool IsPlain(string path) => Plain().IsMatch(path);

    /// <summary>The address of something on this server as whoever asks sees it.</summary>
    /// <param name="path">Of a route.</param>
    public static string PublicPath(this HttpRequest request, string path) => request.PathBase.ToUriComponent() + path;

    /// <returns>False when the request has been answered.</returns>
    private static bool Settle(HttpContext context, PathString own)
    {
        HttpRequest request = context.Request;

        // What a proxy said is here by now, whatever it is.
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

        // Relative addresses in the page would be those of its parent.
        context.Response.Redirect(request.PublicPath("/") + request.QueryString);
        return false;
    }

    [GeneratedRegex(@"\A(?:/(?!\.{1,2}(?:/|\z))[A-Za-z0-9._~-]+)+\z")]
    private static partial Regex Plain();
}
