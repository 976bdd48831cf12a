using System.Globalization;
using RecOps.Client.Shell;

namespace RecOps.Client.Telemetry;

/// <summary>What of the overview is in its address, so that a link opens the same view.</summary>
/// <param name="PausedAt">The second the view is frozen at; null while live.</param>
/// <param name="Minutes">How far the charts reach back: 1, 5 or 10.</param>
/// <param name="Percentile">Which percentile the stage chart shows.</param>
public sealed record OverviewState(DateTimeOffset? PausedAt, int Minutes, LatencyPercentile Percentile)
{
    public static readonly int[] Ranges = [1, 5, 10];

    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static OverviewState Default { get; } = new(null, 5, LatencyPercentile.P99);

    /// <summary>Reads a query string; what is absent or makes no sense becomes the default.</summary>
    internal static OverviewState Parse(string query)
    {
        IReadOnlyDictionary<string, string> values = QueryText.Parse(query);
        return new(
            DateTimeOffset.TryParseExact(
                values.GetValueOrDefault("at"), Instant, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at) ? at : null,
            int.TryParse(values.GetValueOrDefault("range"), CultureInfo.InvariantCulture, out int minutes)
                && Ranges.Contains(minutes) ? minutes : Default.Minutes,
            Enum.TryParse(values.GetValueOrDefault("stage"), ignoreCase: true, out LatencyPercentile percentile)
                && Enum.IsDefined(percentile) ? percentile : Default.Percentile);
    }

    /// <summary>The query string, without what is at its default; empty or starting with a question mark.</summary>
    internal string ToQuery() => QueryText.Format(
        ("at", PausedAt?.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)),
        ("range", Minutes == Default.Minutes ? null : Minutes.ToString(CultureInfo.InvariantCulture)),
        ("stage", Percentile == Default.Percentile ? null : Percentile == LatencyPercentile.P50 ? "p50" : "p99"));
}
