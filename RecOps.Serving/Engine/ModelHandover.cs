using RecOps.Serving.Clusters;
using RecOps.Serving.Models;
using RecOps.Serving.Users;

namespace RecOps.Serving.Engine;

/// <summary>Brings what one model has come to know of shoppers to another, which may number users and items otherwise.</summary>
internal static class ModelHandover
{
    /// <param name="now">As of which weights are brought.</param>
    public static void Bring(ServingModel from, ServingModel to, DateTimeOffset now)
    {
        foreach (string userId in from.Events.UserIds())
        {
            FreshHistory known = from.Events.Of(userId);
            if (known.PurgedAt > 0)
                to.Events.Purge(userId, known.PurgedAt);
            foreach (FreshEvent happened in known.Events)
            {
                if (to.Catalog.TryGetOrdinal(from.Catalog.IdOf(happened.Item), out int item))
                    to.Events.Add(userId, happened with { Item = item });
            }
        }

        foreach ((int user, VisitorEstimate.Visits visits) in from.Visitors.All())
        {
            if (to.Users.TryGetOrdinal(from.Users.IdOf(user), out int same))
                to.Visitors.Restore(same, visits);
        }

        BringPopular(from, to, now);
    }

    /// <summary>
    /// What everyone likes is the same people's; clusters are the model's own, so that theirs are made from what their users did.
    /// </summary>
    private static void BringPopular(ServingModel from, ServingModel to, DateTimeOffset now)
    {
        PopularSnapshot.Bring(PopularSnapshot.Of(from, now), to);
        if (from.Generation == to.Generation)
            return;
        foreach (string userId in to.Events.UserIds())
        {
            int cluster = UserEmbeddings.ClusterOf(to, userId);
            if (cluster < 0)
                continue;

            // Entries, not events: a visit's view, cart and purchase of an item count once.
            foreach (FreshEvent entry in to.Events.Of(userId).Entries)
            {
                float weight = to.EventWeights[(int)entry.Kind];
                if (weight > 0)
                    to.Clusters.Popular[cluster].Add(entry.Item, weight, DateTimeOffset.FromUnixTimeMilliseconds(entry.UnixMilliseconds));
            }
        }
    }
}
