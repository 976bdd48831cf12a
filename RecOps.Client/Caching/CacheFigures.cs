using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
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
        CacheWindow? cache = minute?.Cache;
        return
        [
            new("Hit rate", Quantity.Percent(ListSources.CachedPercent(minute)), "of lists, last 60 s"),
            new("From memory", Quantity.Percent(ListSources.Percent(minute, RecommendationSource.L1)), "L1, fresh"),
            new(
                "From Redis",
                Quantity.Percent(ListSources.Percent(minute, RecommendationSource.L2)),
                state?.Redis is null ? "not configured" : "L2, fresh"
            ),
            new("Stale", Quantity.Percent(ListSources.Percent(minute, RecommendationSource.Stale)), "then refreshed"),
            new("Refreshed", Quantity.PerSecond(Rate(minute, cache?.Refreshes)), "in spare time"),
            new("Mean age", Age(cache, ListSources.FromCache(minute)), "of lists served"),
            new(
                "Memory",
                Quantity.Bytes(state?.Bytes ?? cache?.Bytes),
                state is null ? "of L1" : $"of {Quantity.Bytes(state.CapacityBytes)}",
                state is { CapacityBytes: > 0 } && state.Bytes > state.CapacityBytes * NearlyFull ? Tone.Warn : Tone.Neutral
            ),
            new("Cached lists", Quantity.Count(state?.Entries ?? cache?.Entries), "in L1"),
            new("Saved", Quantity.Count(minute?.Batches?.Shared + (cache?.SharedReads ?? 0)), "by sharing results"),
        ];
    }

    private static Quantity Age(CacheWindow? cache, long? given) =>
        cache is null || given is null or 0 ? new(Quantity.None, "s") : Seconds(cache.HitAgeSeconds / given.Value);

    private static Quantity Seconds(double seconds) =>
        seconds < 120 ? new(Quantity.PerSecond(seconds).Value, "s") : new(Quantity.PerSecond(seconds / 60).Value, "min");

    private static double? Rate(TelemetryWindow? window, long? count) =>
        window is null or { Seconds: 0 } || count is null ? null : (double)count.Value / window.Seconds;
}
