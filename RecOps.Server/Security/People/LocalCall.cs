using System.Net;

namespace RecOps.Server.Security.People;

/// <summary>
/// Whether a call comes from the machine itself, and not through a proxy on it, whose callers all seem to be on the machine. A call under a
/// base path has passed a proxy, or looks as if it had.
/// </summary>
internal static class LocalCall
{
    /// <summary>Any of them is enough: a caller can add one, which grants nothing, but cannot remove what a proxy adds.</summary>
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
        // Their form after the framework has processed trusted headers.
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
