using RecOps.Client.Telemetry;
using RecOps.Client.Telemetry.Charts;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Caching;

/// <summary>Turns a frame into the data of the cache page's charts.</summary>
internal static class CacheCharts
{
    /// <summary>Why lookups found nothing.</summary>
    public static ChartData Misses(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.PerSecond,
            frame,
            seconds,
            ("not cached", ChartColour.Blue, window => Rate(window, window.Cache?.Misses, "absent")),
            ("outdated by an event", ChartColour.Amber, window => Rate(window, window.Cache?.Misses, "outdated")),
            ("expired", ChartColour.Grey, window => Rate(window, window.Cache?.Misses, "expired"))
        );

    /// <summary>Why lists left L1.</summary>
    public static ChartData Removals(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.PerSecond,
            frame,
            seconds,
            ("evicted", ChartColour.Amber, window => Rate(window, window.Cache?.Removed, "capacity")),
            ("replaced", ChartColour.Teal, window => Rate(window, window.Cache?.Removed, "replaced")),
            ("expired", ChartColour.Blue, window => Rate(window, window.Cache?.Removed, "expired")),
            ("purged", ChartColour.Pink, window => Rate(window, window.Cache?.Removed, "purged"))
        );

    /// <summary>Reads of Redis, and those that did not succeed.</summary>
    public static ChartData Redis(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.PerSecond,
            frame,
            seconds,
            ("reads", ChartColour.Blue, window => Rate(window, window.Cache?.Redis?.Reads)),
            ("hits", ChartColour.Teal, window => Rate(window, window.Cache?.Redis?.Hits)),
            ("timed out", ChartColour.Amber, window => Rate(window, window.Cache?.Redis?.TimedOut)),
            ("failed", ChartColour.Red, window => Rate(window, window.Cache?.Redis?.Failed)),
            ("skipped", ChartColour.Grey, window => Rate(window, window.Cache?.Redis?.Skipped))
        );

    private static double? Rate(TelemetryWindow window, Dictionary<string, long>? counts, string name) =>
        Rate(window, counts?.GetValueOrDefault(name));

    private static double? Rate(TelemetryWindow window, long? count) => count is null ? null : OverviewCharts.Rate(window, count.Value);
}
