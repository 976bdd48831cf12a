using RecOps.Server.Events;
using RecOps.Serving.Caching;
using RecOps.Serving.Caching.Eviction;
using RecOps.Serving.Models;

namespace RecOps.Server.Caching;

/// <summary>
/// Purges a user's lists from the cache. Lists that an in-flight computation or Redis still delivers are older than the purge, so they are
/// not served.
/// </summary>
internal sealed partial class CachePurge(
    ResultCache cache,
    ActiveModel active,
    SharedHistory shared,
    TimeProvider time,
    ILogger<CachePurge> logger
)
{
    /// <returns>Number of lists removed from this process.</returns>
    public int Purge(ServingModel model, string userId)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (ServingModel live in active.Live)
            live.Events.Purge(userId, now);
        shared.AnnouncePurge(userId, now);
        UInt128 user = CacheKey.UserOf(model.Users.OrdinalOf(userId), userId);
        int removed = 0;
        foreach ((CacheKey key, CachedList list) in cache.Lists.Entries())
        {
            if (key.User == user && cache.Lists.Remove(key, list, RemovalReason.Purged))
                removed++;
        }

        LogPurged(userId, removed);
        return removed;
    }

    [LoggerMessage(1601, LogLevel.Information, "Purged the cached lists of user {UserId}: {Removed} in this process")]
    private partial void LogPurged(string userId, int removed);
}
