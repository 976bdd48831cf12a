using RecOps.Serving.Validation;
using RecOps.Shared.Events;

namespace RecOps.Server.Hosting;

/// <summary>
/// Times of query strings: ISO 8601, UTC where no offset is given, and near enough to today that time can be added to them and taken away.
/// </summary>
internal static class QueryTime
{
    private static readonly DateTimeOffset First = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Last = new(3000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>Null where none is given, or it is a mistake.</returns>
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
