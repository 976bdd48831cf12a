using RecOps.Server.Caching;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Users;

namespace RecOps.Server.Clusters;

/// <summary>Lets what shoppers do move what is popular, with everyone and in their cluster, and who is expected next or new.</summary>
internal sealed class ShopperActivity(SharedPopularity shared, TimeProvider time)
{
    private readonly CountedEvents _counted = new();

    /// <summary>A list was answered.</summary>
    public static void Answered(ServingModel model, in CacheKey key, int cluster, bool hit, long unixMilliseconds)
    {
        model.Traffic.Record(cluster, hit, unixMilliseconds);
        if (key.User < (UInt128)(uint)model.Users.Count) model.Visitors.Seen((int)key.User, unixMilliseconds);
    }

    /// <summary>A shopper did something, which this replica is the first to hear of.</summary>
    public void Happened(ServingModel model, string userId, FreshEvent happened)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        int cluster = UserEmbeddings.ClusterOf(model, userId);
        if (model.Users.TryGetOrdinal(userId, out int user)) model.Visitors.Seen(user, Math.Min(happened.UnixMilliseconds, now));
        else model.Newcomers.Joined(userId, cluster);
        float weight = _counted.Count(userId, happened.Item, (int)happened.Kind, model.Generation, model.EventWeights, now);
        if (weight <= 0) return;
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(happened.UnixMilliseconds);
        model.Popular.Live.Add(happened.Item, weight, at);
        if (cluster >= 0) model.Clusters.Popular[cluster].Add(happened.Item, weight, at);
        shared.Happened(model, cluster, happened.Item, weight);
    }
}
