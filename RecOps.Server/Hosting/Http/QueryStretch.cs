using System.Globalization;
using RecOps.Serving.Validation;

namespace RecOps.Server.Hosting.Http;

/// <summary>
/// A time range in a query string: <c>from</c> and <c>to</c>, or <c>last</c>, the number of seconds up to <c>to</c>. Without <c>to</c> it
/// ends now, by the server's clock: a caller with a wrong clock still gets what just happened.
/// </summary>
internal readonly record struct QueryStretch(DateTimeOffset From, DateTimeOffset To)
{
    private const int MostSeconds = 366 * 24 * 60 * 60;

    /// <param name="length">Length of the range when neither <c>from</c> nor <c>last</c> is given.</param>
    public static QueryStretch Read(string? from, string? to, string? last, TimeSpan length, DateTimeOffset now, ref FieldErrors errors)
    {
        DateTimeOffset end = QueryTime.Read(nameof(to), to, ref errors) ?? now;
        DateTimeOffset? begin = QueryTime.Read(nameof(from), from, ref errors);
        if (string.IsNullOrEmpty(last))
            return new QueryStretch(begin ?? end - length, end);
        if (!int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < 1 or > MostSeconds)
            errors.Add(nameof(last), $"last is '{last}'; it must be 1 to {MostSeconds} seconds.");
        else if (!string.IsNullOrEmpty(from))
            errors.Add(nameof(last), "last and from both set the start of the range. Give only one.");
        return new QueryStretch(end.AddSeconds(-seconds), end);
    }
}
