using RecOps.Server.Clusters;
using RecOps.Server.Events;

namespace RecOps.Server.Models.Switching;

/// <summary>Brings what one model has come to know of shoppers to another, which may number users and items otherwise.</summary>
internal static class Inheritance
{
    public static void Bring(ServingModel from, ServingModel to)
    {
        foreach (string userId in from.Events.UserIds())
        {
            FreshHistory known = from.Events.Of(userId);
            if (known.PurgedAt > 0) to.Events.Purge(userId, known.PurgedAt);
            foreach (FreshEvent happened in known.Events)
            {
                if (to.Catalog.TryGetOrdinal(from.Catalog.IdOf(happened.Item), out int item)) to.Events.Add(userId, happened with { Item = item });
            }
        }

        foreach ((int user, VisitorEstimate.Visits visits) in from.Visitors.All())
        {
            if (to.Users.TryGetOrdinal(from.Users.IdOf(user), out int same)) to.Visitors.Restore(same, visits);
        }
    }
}
