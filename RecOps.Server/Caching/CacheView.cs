using Microsoft.Extensions.Options;
using RecOps.Server.Storage;
using RecOps.Serving.Caching;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using RecOps.Shared.Caching;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Caching;

/// <summary>Describes the cache for the console.</summary>
internal sealed class CacheView(
    ResultCache cache,
    RedisLists redis,
    RedisConnection connection,
    ListRefresher refresher,
    HotLists hot,
    IOptions<CachingOptions> options,
    IOptions<ServingOptions> serving,
    TimeProvider time
)
{
    private static readonly string[] Origins = ["request", "refresh", "warming", "snapshot"];

    public CacheState State()
    {
        CachingOptions caching = options.Value;
        RedisState? shared = redis.IsConfigured
            ? new RedisState(
                connection.Endpoints,
                redis.BreakerState,
                redis.Detail,
                redis.Deadline.TotalMilliseconds,
                redis.WritesWaiting,
                caching.L2MaxWrites
            )
            {
                Nodes = redis.Nodes is { Count: > 1 } nodes
                    ? [.. nodes.Select(node => new RedisNodeState(node.Name, node.Breaker.State, node.IsConnected, node.Detail))]
                    : null,
            }
            : null;
        return new CacheState(
            caching.Enabled ? caching.Policy : "off",
            cache.Lists.Count,
            cache.Lists.Bytes,
            cache.Lists.CapacityBytes,
            caching.SoftTtl.Span.TotalSeconds,
            caching.HardTtl.Span.TotalSeconds,
            refresher.Waiting,
            shared,
            hot.Found
        );
    }

    /// <summary>Inspects all lists in this process, and the Redis entries of every placement that have no context item.</summary>
    public async Task<CachedUser> FindAsync(ServingModel model, string userId)
    {
        UInt128 user = CacheKey.UserOf(model.Users.OrdinalOf(userId), userId);
        Dictionary<CacheKey, CachedList> here = cache
            .Lists.Entries()
            .Where(entry => entry.Key.User == user && entry.Key.Model == model.Generation)
            .ToDictionary();
        Dictionary<uint, string> placements = serving.Value.AllPlacements.ToDictionary(CacheKey.HashOf);
        CacheKey[] keys =
        [
            .. serving
                .Value.AllPlacements.Select(placement =>
                    RequestContext.KeyOf(model, new RecommendationRequest { UserId = userId, Placement = placement })
                )
                .Union(here.Keys),
        ];
        bool asked = keys.Length > 0 && redis.CanAsk(keys[0]);
        CachedList?[] there = asked ? await redis.ReadManyAsync(keys, model.Catalog.Count) : new CachedList?[keys.Length];
        FreshHistory fresh = model.Events.Of(userId);
        var entries = new List<CachedEntry>();
        for (int i = 0; i < keys.Length; i++)
        {
            CachedList? first = here.GetValueOrDefault(keys[i]);
            if ((first ?? there[i]) is not { } list)
                continue;
            Freshness freshness = cache.Lifetimes.Of(keys[i], list, fresh.Stamp, fresh.PurgedAt, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (freshness == Freshness.Absent)
                continue;
            string[] tiers =
                first is null ? ["l2"]
                : there[i] is null ? ["l1"]
                : ["l1", "l2"];
            entries.Add(Describe(model, keys[i], list, freshness, tiers, placements));
        }

        int cluster = UserEmbeddings.ClusterOf(model, userId);
        return new CachedUser(
            userId,
            cluster < 0 ? null : cluster,
            [.. entries.OrderBy(entry => entry.Placement, StringComparer.Ordinal).ThenByDescending(entry => entry.Computed)],
            asked || !redis.IsConfigured
        );
    }

    private CachedEntry Describe(
        ServingModel model,
        in CacheKey key,
        CachedList list,
        Freshness freshness,
        string[] tiers,
        Dictionary<uint, string> placements
    )
    {
        string state = freshness switch
        {
            Freshness.Outdated => "outdated",
            Freshness.Aged => "stale",
            _ => list.Count == 0 ? "empty" : "fresh",
        };
        return new CachedEntry(
            placements.GetValueOrDefault(key.Placement, "?"),
            key.Item < 0 ? null : model.Catalog.IdOf(key.Item),
            key.Context != 0,
            tiers,
            state,
            Origins[(int)list.Origin],
            DateTimeOffset.FromUnixTimeMilliseconds(list.Computed),
            DateTimeOffset.FromUnixTimeMilliseconds(cache.Lifetimes.StaleFrom(key, list)),
            DateTimeOffset.FromUnixTimeMilliseconds(cache.Lifetimes.ExpiresAt(list)),
            list.Count,
            list.Bytes,
            list.Hits
        );
    }
}
