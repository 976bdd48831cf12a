using RecOps.Serving.Clusters;
using RecOps.Serving.Models;
using RecOps.Serving.Users;

namespace RecOps.Serving.Engine;

/// <summary>Transfers what one model has learnt about shoppers to another, which may number users and items differently.</summary>
internal static class ModelHandover
{
    /// <param name="now">Time as of which weights are transferred.</param>
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
    /// Global popularity comes from the same people and is copied. Clusters belong to one model, so the new model's are rebuilt from their
    /// users' events.
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
