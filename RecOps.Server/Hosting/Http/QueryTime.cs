using RecOps.Serving.Validation;
using RecOps.Shared.Events;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// Times in query strings: ISO 8601, UTC where no offset is given, and close enough to the present for time arithmetic not to overflow.
/// </summary>
internal static class QueryTime
{
    private static readonly DateTimeOffset First = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Last = new(3000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>Null when absent or invalid.</returns>
    public static DateTimeOffset? Read(string field, string? text, ref FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (IsoTime.TryParse(text, out DateTimeOffset time) && time >= First && time < Last)
            return time.ToUniversalTime();
        errors.Add(field, $"{field} is '{text}'; it must be an ISO 8601 time from 1970 to 2999, such as 2026-05-01T12:00:00Z.");
        return null;
    }
}
