using RecOps.Client.Shell;
using RecOps.Shared.Caching;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Caching;

/// <summary>The numbers at the top of the cache page.</summary>
internal static class CacheFigures
{
    private const double NearlyFull = 0.98;

    public static IReadOnlyList<Figure> From(TelemetryWindow? minute, CacheState? state)
    {
        long? given = Sum(minute, RecommendationSource.L1, RecommendationSource.L2, RecommendationSource.Stale);
        long? lists = minute?.Sources.Values.Sum();
        CacheWindow? cache = minute?.Cache;
        return
        [
            new("Hit rate", Quantity.Percent(Percent(given, lists)), "of lists, last 60 s"),
            new("From memory", Quantity.Percent(Percent(Sum(minute, RecommendationSource.L1), lists)), "L1, fresh"),
            new("From Redis", Quantity.Percent(Percent(Sum(minute, RecommendationSource.L2), lists)), state?.Redis is null ? "not configured" : "L2, fresh"),
            new("Stale", Quantity.Percent(Percent(Sum(minute, RecommendationSource.Stale), lists)), "then renewed"),
            new("Renewed", Quantity.PerSecond(Rate(minute, cache?.Refreshes)), "in spare time"),
            new("Mean age", Age(cache, given), "of lists given"),
            new("Memory", Quantity.Bytes(state?.Bytes ?? cache?.Bytes), state is null ? "of L1" : $"of {Quantity.Bytes(state.CapacityBytes)}",
                state is { CapacityBytes: > 0 } && state.Bytes > state.CapacityBytes * NearlyFull ? Tone.Warn : Tone.Neutral),
            new("Lists kept", Quantity.Count(state?.Entries ?? cache?.Entries), "in L1"),
            new("Saved", Quantity.Count(minute?.Batches?.Shared + (cache?.SharedReads ?? 0)), "by sharing"),
        ];
    }

    /// <summary>Share of lists from the cache, fresh or stale, in percent; null when there were none.</summary>
    public static double? HitPercent(TelemetryWindow? window) => Percent(
        Sum(window, RecommendationSource.L1, RecommendationSource.L2, RecommendationSource.Stale), window?.Sources.Values.Sum());

    private static Quantity Age(CacheWindow? cache, long? given) =>
        cache is null || given is null or 0 ? new(Quantity.None, "s") : Seconds(cache.HitAgeSeconds / given.Value);

    private static Quantity Seconds(double seconds) =>
        seconds < 120 ? new(Quantity.PerSecond(seconds).Value, "s") : new(Quantity.PerSecond(seconds / 60).Value, "min");

    private static long? Sum(TelemetryWindow? window, params ReadOnlySpan<string> sources)
    {
        if (window is null)
            return null;

        long sum = 0;
        foreach (string source in sources)
            sum += window.Sources.GetValueOrDefault(source);
        return sum;
    }

    private static double? Rate(TelemetryWindow? window, long? count)
        => window is null or { Seconds: 0 } || count is null ? null : (double)count.Value / window.Seconds;

    /// <summary>Share of lists from one source, in percent; null when there were none.</summary>
    public static double? Percent(TelemetryWindow window, string source) => Percent(Sum(window, source), window.Sources.Values.Sum());

    private static double? Percent(long? part, long? whole)
        => part is null || whole is null or 0 ? null : 100.0 * part.Value / whole.Value;
}
