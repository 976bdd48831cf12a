using System.Net;

namespace RecOps.Client.Hosting;

/// <summary>Why a call failed, in words a person can act on.</summary>
/// <param name="Status">The HTTP status; null when the server was not reached at all.</param>
/// <param name="Title">One line: what went wrong.</param>
/// <param name="Detail">What to do about it.</param>
/// <param name="Errors">What was wrong with the input, by field in camelCase; empty when the input was not the cause.</param>
public sealed record ApiProblem(HttpStatusCode? Status, string Title, string Detail, IReadOnlyDictionary<string, string[]> Errors)
{
    private static readonly Dictionary<string, string[]> NoErrors = [];

    internal static ApiProblem Unreachable { get; } =
        new(null, "The server cannot be reached", "Check that it is running and that your network is up, then retry.", NoErrors);

    internal static ApiProblem PageBroke { get; } =
        new(null, "This page broke", "The server is not affected. Retry; if it breaks again, reload the browser tab.", NoErrors);

    internal static ApiProblem NoUsers { get; } =
        new(null, "The active model has no shoppers", "Type any id to see what a newcomer gets.", NoErrors);

    internal static ApiProblem TimedOut { get; } =
        new(null, "The server did not answer in time", "It may be overloaded or restarting. Retry in a few seconds.", NoErrors);

    internal static ApiProblem Unreadable(HttpStatusCode status) =>
        new(status, "The response could not be read", "The console and the server may be different versions. Reload the page.", NoErrors);

    /// <summary>The input was wrong, field by field; the sentences are the server's.</summary>
    internal static ApiProblem Invalid(HttpStatusCode status, IReadOnlyDictionary<string, string[]> errors) =>
        new(status, "The server rejected the input", string.Join(' ', errors.SelectMany(field => field.Value)), errors);

    /// <summary>True when a retry can help.</summary>
    internal bool CanRetry =>
        Status is null or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;

    /// <summary>The problem for a status that came without problem details.</summary>
    internal static ApiProblem Of(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.NotFound => new(status, "Not found", "It may have been removed, or the address is wrong.", NoErrors),
            HttpStatusCode.Unauthorized => new(status, "You are not signed in", "Sign in again, then retry.", NoErrors),
            HttpStatusCode.Forbidden => new(
                status,
                "You are not allowed to do this",
                "Ask an administrator for the role it requires.",
                NoErrors
            ),
            HttpStatusCode.TooManyRequests => new(status, "Too many requests", "Wait a few seconds, then retry.", NoErrors),
            HttpStatusCode.ServiceUnavailable => new(
                status,
                "The server is not ready",
                "It may still be loading its model. Retry in a few seconds.",
                NoErrors
            ),
            >= HttpStatusCode.InternalServerError => new(
                status,
                $"The server failed ({(int)status})",
                "Retry; if it keeps failing, check the server's log.",
                NoErrors
            ),
            _ => new(status, $"The request was refused ({(int)status})", "Check your input, then retry.", NoErrors),
        };

    /// <summary>The first error of <paramref name="field"/>, or null.</summary>
    internal string? ErrorOf(string field)
    {
        foreach ((string key, string[] messages) in Errors)
        {
            if (string.Equals(key, field, StringComparison.OrdinalIgnoreCase) && messages.Length > 0)
                return messages[0];
        }

        return null;
    }
}
