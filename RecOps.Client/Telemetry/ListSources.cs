using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>Where the lists of a period came from.</summary>
internal static class ListSources
{
    private static readonly string[] Cached = [RecommendationSource.L1, RecommendationSource.L2, RecommendationSource.Stale];

    /// <summary>Lists from the cache, fresh or stale; null when there is no data.</summary>
    public static long? FromCache(TelemetryWindow? window) => Count(window, Cached);

    /// <summary>Share of lists from the cache, fresh or stale, in percent; null when there were none.</summary>
    public static double? CachedPercent(TelemetryWindow? window) => Percent(FromCache(window), window);

    /// <summary>Share of lists from one source, in percent; null when there were none.</summary>
    public static double? Percent(TelemetryWindow? window, string source) => Percent(Count(window, source), window);

    private static long? Count(TelemetryWindow? window, params ReadOnlySpan<string> sources)
    {
        if (window is null)
            return null;

        long sum = 0;
        foreach (string source in sources)
            sum += window.Sources.GetValueOrDefault(source);
        return sum;
    }

    private static double? Percent(long? part, TelemetryWindow? window)
    {
        long? lists = window?.Sources.Values.Sum();
        return part is null || lists is null or 0 ? null : 100.0 * part.Value / lists.Value;
    }
}
