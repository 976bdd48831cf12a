using RecOps.Server.Caching;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Users;

namespace RecOps.Server.Clusters;

/// <summary>Lets what shoppers do move their clusters: what is popular there, who is expected next, who is new.</summary>
internal sealed class ShopperActivity(TimeProvider time)
{
    /// <summary>A list was answered.</summary>
    public static void Answered(ServingModel model, in CacheKey key, int cluster, bool hit, long unixMilliseconds)
    {
        model.Traffic.Record(cluster, hit, unixMilliseconds);
        if (key.User < (UInt128)(uint)model.Users.Count) model.Visitors.Seen((int)key.User, unixMilliseconds);
    }

    /// <summary>A shopper did something.</summary>
    public void Happened(ServingModel model, string userId, FreshEvent happened)
    {
        int cluster = UserEmbeddings.ClusterOf(model, userId);
        if (model.Users.TryGetOrdinal(userId, out int user))
            model.Visitors.Seen(user, Math.Min(happened.UnixMilliseconds, time.GetUtcNow().ToUnixTimeMilliseconds()));
        else model.Newcomers.Joined(userId, cluster);
        float weight = model.EventWeights[(int)happened.Kind];
        if (cluster >= 0 && weight > 0) model.Clusters.Popular.Add(cluster, happened.Item, weight);
    }
}
