namespace RecOps.Shared.Telemetry;

/// <summary>The result cache in one period. Counts by answer are in <see cref="TelemetryWindow.Sources"/>.</summary>
/// <param name="Misses">Lookups that found nothing to serve immediately, by reason: absent, outdated (the user has acted since),
/// expired.</param>
/// <param name="Removed">Lists that left L1, by reason: capacity, expired, purged, replaced.</param>
/// <param name="HitAgeSeconds">Sum of the ages of all lists served from the cache.</param>
/// <param name="Refreshes">Stale lists refreshed in spare time of the device.</param>
/// <param name="LateWrites">Results refused because there was already a newer one.</param>
/// <param name="SharedReads">Reads of Redis saved because another request was reading the same list.</param>
/// <param name="Bytes">In L1 at the end.</param>
/// <param name="Entries">In L1 at the end.</param>
public sealed record CacheWindow(
    Dictionary<string, long> Misses,
    Dictionary<string, long> Removed,
    double HitAgeSeconds,
    long Refreshes,
    long LateWrites,
    long SharedReads,
    long Bytes,
    int Entries
)
{
    /// <summary>Absent when no Redis is configured.</summary>
    public RedisWindow? Redis { get; set; }
}

/// <summary>The second tier in one period.</summary>
/// <param name="Reads">Begun.</param>
/// <param name="Hits">Found something to serve.</param>
/// <param name="TimedOut">Took longer than the deadline.</param>
/// <param name="Failed">Ended in an error.</param>
/// <param name="Skipped">Not begun because the breaker was open.</param>
/// <param name="Writes">Succeeded.</param>
/// <param name="WritesFailed">Ended in an error or took too long.</param>
/// <param name="WritesDropped">Not begun because too many waited or the breaker was open.</param>
/// <param name="Latency">Of reads that ended, by stage "redis".</param>
public sealed record RedisWindow(
    long Reads,
    long Hits,
    long TimedOut,
    long Failed,
    long Skipped,
    long Writes,
    long WritesFailed,
    long WritesDropped,
    StageLatency Latency
);
