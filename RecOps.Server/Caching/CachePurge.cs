using RecOps.Server.Events;
using RecOps.Serving.Caching;
using RecOps.Serving.Caching.Eviction;
using RecOps.Serving.Models;

namespace RecOps.Server.Caching;

/// <summary>
/// Takes a user's lists out of the cache. Those that a computation on its way or Redis still brings are older than the purge, and so not
/// given.
/// </summary>
internal sealed partial class CachePurge(
    ResultCache cache,
    ActiveModel active,
    SharedHistory shared,
    TimeProvider time,
    ILogger<CachePurge> logger
)
{
    /// <returns>Lists removed from this process.</returns>
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

    [LoggerMessage(1601, LogLevel.Information, "The cached lists of user {UserId} were purged: {Removed} in this process")]
    private partial void LogPurged(string userId, int removed);
}
