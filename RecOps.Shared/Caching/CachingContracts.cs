namespace RecOps.Shared.Caching;

/// <summary>The result cache now: ranked lists before rules, in this process (L1) and in Redis (L2).</summary>
/// <param name="Policy">What decides which lists stay in L1: lfu, or off when nothing is kept.</param>
/// <param name="SoftTtlSeconds">Age from which a list is refreshed.</param>
/// <param name="HardTtlSeconds">Age from which a list is no longer served, even when there is nothing better.</param>
/// <param name="RefreshesWaiting">Stale lists that wait for spare time on the device.</param>
/// <param name="Redis">Absent when none is configured.</param>
/// <param name="Snapshot">The snapshot that the last run left on disk; absent when it left none.</param>
public sealed record CacheState(
    string Policy,
    int Entries,
    long Bytes,
    long CapacityBytes,
    double SoftTtlSeconds,
    double HardTtlSeconds,
    int RefreshesWaiting,
    RedisState? Redis,
    SnapshotState? Snapshot
);

/// <summary>The second tier.</summary>
/// <param name="Endpoints">Host and port of each server.</param>
/// <param name="Breaker">Of the worst node. closed: in use; open: not used for a short time after failures; halfOpen: being
/// retried.</param>
/// <param name="Detail">The last failure, or that all is well.</param>
/// <param name="DeadlineMs">Milliseconds a read may take before the request goes on without it.</param>
/// <param name="WritesWaiting">Lists that wait to be written.</param>
/// <param name="WritesCapacity">How many may wait; more are dropped.</param>
public sealed record RedisState(string[] Endpoints, string Breaker, string Detail, double DeadlineMs, int WritesWaiting, int WritesCapacity)
{
    /// <summary>The masters of a Redis Cluster, each with a breaker of its own; absent for a single server.</summary>
    public RedisNodeState[]? Nodes { get; init; }
}

/// <summary>A node of a Redis Cluster.</summary>
/// <param name="Node">Host and port.</param>
/// <param name="Breaker">closed, open or halfOpen.</param>
/// <param name="Connected">Whether there is a connection to it.</param>
/// <param name="Detail">Its last failure, or that there was none.</param>
public sealed record RedisNodeState(string Node, string Breaker, bool Connected, string Detail);

/// <summary>Lists of the previous run, written at its shutdown.</summary>
/// <param name="Written">When.</param>
/// <param name="Lists">In the file.</param>
/// <param name="Loaded">Loaded into L1 so far.</param>
/// <param name="Detail">Why some or all were not loaded, or that all were.</param>
public sealed record SnapshotState(DateTimeOffset Written, int Lists, int Loaded, string Detail);

/// <summary>What the cache holds for one user.</summary>
/// <param name="ClusterId">Absent for a user without one.</param>
/// <param name="Complete">False when Redis could not be reached: lists that only Redis holds are missing.</param>
public sealed record CachedUser(string UserId, int? ClusterId, CachedEntry[] Entries, bool Complete);

/// <summary>One cached list.</summary>
/// <param name="Placement">The placement in the shop.</param>
/// <param name="ItemId">The item being viewed, if any.</param>
/// <param name="RecentItems">Whether the request named recent items.</param>
/// <param name="Tiers">l1, l2 or both.</param>
/// <param name="State">fresh, stale (past its soft lifetime: served once more and refreshed), outdated (the user has acted since:
/// recomputed before the next answer) or empty (nothing is known about the user).</param>
/// <param name="Origin">Why it is there: request, refresh, warming or snapshot.</param>
/// <param name="Computed">When.</param>
/// <param name="StaleFrom">End of its soft lifetime.</param>
/// <param name="ExpiresAt">End of its hard lifetime.</param>
/// <param name="Hits">Answers served from it by this replica.</param>
public sealed record CachedEntry(
    string Placement,
    string? ItemId,
    bool RecentItems,
    string[] Tiers,
    string State,
    string Origin,
    DateTimeOffset Computed,
    DateTimeOffset StaleFrom,
    DateTimeOffset ExpiresAt,
    int Items,
    int Bytes,
    long Hits
);

/// <param name="Removed">Lists removed from L1; those in Redis are no longer served from then on.</param>
public sealed record PurgeResponse(int Removed);
