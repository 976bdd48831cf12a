using System.Net;

namespace RecOps.Server.Security;

/// <summary>
/// Whether a call comes from the machine itself and not through a proxy on it, for which every caller of the world is at the machine's own
/// address. What comes under a path has been through one, or looks as if it had.
/// </summary>
internal static class LocalCall
{
    /// <summary>Each of them is enough: a caller can add one, which lets nobody in, but cannot take away what a proxy adds.</summary>
    private static readonly string[] SignsOfProxies =
    [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "X-Forwarded-Server",
        "X-Real-IP",
        "Via",
        // What the framework makes of them where it is told to believe them.
        "X-Original-For",
        "X-Original-Host",
        "X-Original-Proto",
    ];

    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && !context.Request.PathBase.HasValue
        && !Array.Exists(SignsOfProxies, context.Request.Headers.ContainsKey);
}
