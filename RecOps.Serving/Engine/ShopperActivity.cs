using RecOps.Serving.Clusters;
using RecOps.Serving.Models;
using RecOps.Serving.Users;

namespace RecOps.Serving.Engine;

/// <summary>Applies shopper events to global and cluster popularity, the visitor estimate and the newcomers.</summary>
internal sealed class ShopperActivity(ISharedPopularity shared, TimeProvider time)
{
    private readonly CountedEvents _counted = new();

    /// <summary>Handles a shopper event that this replica is the first to receive.</summary>
    public void Happened(ServingModel model, string userId, FreshEvent happened)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        int cluster = UserEmbeddings.ClusterOf(model, userId);
        int user = model.Users.OrdinalOf(userId);
        if (user >= 0)
            model.Visitors.Seen(user, Math.Min(happened.UnixMilliseconds, now));
        else
            model.Newcomers.Joined(userId, cluster);
        float weight = _counted.Count(userId, happened.Item, (int)happened.Kind, model.Generation, model.EventWeights, now);
        if (weight <= 0)
            return;
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(happened.UnixMilliseconds);
        model.Popular.Live.Add(happened.Item, weight, at);
        if (cluster >= 0)
            model.Clusters.Popular[cluster].Add(happened.Item, weight, at);
        shared.Happened(model, cluster, happened.Item, weight);
    }
}
