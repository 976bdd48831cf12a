using System.Globalization;

namespace RecOps.Client.Telemetry;

/// <summary>The part of a page's time that is in its address, so that a link opens the same view.</summary>
/// <param name="PausedAt">The second the view is frozen at; null while live.</param>
/// <param name="Minutes">How far the charts reach back: one of <see cref="TimeRange.Minutes"/>.</param>
/// <param name="Every">Seconds between refreshes of a live view: one of <see cref="TimeRange.Refreshes"/>.</param>
public sealed record TimeState(DateTimeOffset? PausedAt, int Minutes, int Every = 1)
{
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static TimeState Default { get; } = new(null, 5);

    /// <summary>Reads the values of a query; absent or invalid values become the default.</summary>
    internal static TimeState Parse(IReadOnlyDictionary<string, string> values) =>
        new(
            DateTimeOffset.TryParseExact(
                values.GetValueOrDefault("at"),
                Instant,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTimeOffset at
            )
                ? at
                : null,
            int.TryParse(values.GetValueOrDefault("range"), CultureInfo.InvariantCulture, out int minutes)
            && TimeRange.Minutes.Contains(minutes)
                ? minutes
                : Default.Minutes,
            int.TryParse(values.GetValueOrDefault("every"), CultureInfo.InvariantCulture, out int seconds)
            && TimeRange.Refreshes.Contains(seconds)
                ? seconds
                : Default.Every
        );

    /// <summary>The values for a query; null for those at their default.</summary>
    internal (string Name, string? Value)[] ToQuery() =>
        [
            ("at", PausedAt?.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)),
            ("range", Minutes == Default.Minutes ? null : Minutes.ToString(CultureInfo.InvariantCulture)),
            ("every", Every == Default.Every ? null : Every.ToString(CultureInfo.InvariantCulture)),
        ];
}
