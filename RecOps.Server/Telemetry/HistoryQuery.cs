using System.Globalization;
using RecOps.Server.Hosting;

namespace RecOps.Server.Telemetry;

/// <summary>Which stretch of the past, in windows of which length.</summary>
internal readonly record struct HistoryQuery(DateTimeOffset From, DateTimeOffset To, int StepSeconds)
{
    private const int DefaultStep = 10;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(TelemetryRing.Capacity);

    /// <summary>Reads it from a query string: ISO 8601 times, and seconds. Default is everything there is, in windows of 10 s.</summary>
    public static HistoryQuery Parse(string? from, string? to, string? step, DateTimeOffset now, ref FieldErrors errors)
    {
        DateTimeOffset last = Time("to", to, now, ref errors);

        // The first moments of the calendar have nothing before them.
        DateTimeOffset earliest = last - DateTimeOffset.MinValue < Kept ? DateTimeOffset.MinValue : last - Kept;
        DateTimeOffset first = Time("from", from, earliest, ref errors);
        if (!errors.Any && first >= last) errors.Add("from", $"from is {first:O}; it must be before to, which is {last:O}.");
        int seconds = DefaultStep;
        bool isNumber = string.IsNullOrEmpty(step) || int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out seconds);
        if (!isNumber || seconds is < 1 or > TelemetryRing.Capacity)
            errors.Add("step", $"step is '{step}'; it must be 1 to {TelemetryRing.Capacity} seconds.");
        return new HistoryQuery(first, last, seconds);
    }

    private static DateTimeOffset Time(string field, string? text, DateTimeOffset fallback, ref FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) return fallback;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)) return time;
        errors.Add(field, $"{field} is '{text}'; it must be an ISO 8601 time such as 2026-05-01T12:00:00Z.");
        return fallback;
    }
}
