namespace RecOps.Shared.Telemetry;

/// <summary>The result cache in one stretch of time. What is counted by answer is in <see cref="TelemetryWindow.Sources"/>.</summary>
/// <param name="Misses">Lookups that found nothing to give at once, by why: absent, outdated (the user did something since),
/// expired.</param>
/// <param name="Removed">Lists that left L1, by why: capacity, expired, purged, replaced.</param>
/// <param name="HitAgeSeconds">Ages of all lists given from the cache, added up.</param>
/// <param name="Refreshes">Aged lists renewed in spare time of the device.</param>
/// <param name="LateWrites">Results refused because a newer one was there.</param>
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

/// <summary>The second tier in one stretch of time.</summary>
/// <param name="Reads">Begun.</param>
/// <param name="Hits">Found something to give.</param>
/// <param name="TimedOut">Took longer than the deadline.</param>
/// <param name="Failed">Ended in an error.</param>
/// <param name="Skipped">Not begun because the breaker was open.</param>
/// <param name="Writes">Ended well.</param>
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
