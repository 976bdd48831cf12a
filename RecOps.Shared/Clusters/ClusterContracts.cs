using RecOps.Shared.Catalog;

namespace RecOps.Shared.Clusters;

/// <summary>All behaviour clusters of the active model, with what this replica has seen since it started.</summary>
/// <param name="Since">When traffic counting began, at most 24 hours ago.</param>
/// <param name="Users">Number of the bundle's users that are in any cluster.</param>
/// <param name="Requests">Requests since then by users in any cluster.</param>
public sealed record ClusterList(DateTimeOffset Since, int Users, long Requests, ClusterSummary[] Clusters);

/// <summary>One cluster.</summary>
/// <param name="Label">What its users like most, such as "Kitchen, Garden".</param>
/// <param name="X">Position on a map of all clusters; clusters close to each other behave alike. No unit.</param>
/// <param name="Y">See <paramref name="X"/>.</param>
/// <param name="Users">Of the bundle.</param>
/// <param name="NewUsers">Users unknown to the bundle who joined through their events.</param>
/// <param name="Requests">Lists answered since <see cref="ClusterList.Since"/>.</param>
/// <param name="RequestsPerMinute">Over the last five minutes.</param>
/// <param name="Hits">Of <paramref name="Requests"/>, those answered from the cache, fresh or stale.</param>
/// <param name="CachedUsers">Users of the cluster with at least one list in L1; counted at most every few seconds.</param>
public sealed record ClusterSummary(
    int Id,
    string Label,
    float X,
    float Y,
    int Users,
    int NewUsers,
    long Requests,
    double RequestsPerMinute,
    long Hits,
    int CachedUsers
)
{
    /// <summary>0 to 1; null without requests.</summary>
    public double? HitRate => Requests == 0 ? null : (double)Hits / Requests;
}

/// <summary>One cluster in detail.</summary>
/// <param name="Categories">Shares of its popular items by category, largest first.</param>
/// <param name="Brands">Shares of its popular items by brand, largest first; without items that have none.</param>
/// <param name="Hours">Requests by hour since <see cref="ClusterList.Since"/>, oldest first; hours without any are present with 0.</param>
/// <param name="Popular">What its users like now, best first.</param>
/// <param name="SampleUsers">Users expected next, most likely first.</param>
public sealed record ClusterProfile(
    ClusterSummary Summary,
    ShareOf[] Categories,
    ShareOf[] Brands,
    HourOfTraffic[] Hours,
    PopularItem[] Popular,
    ExpectedUser[] SampleUsers
);

/// <param name="Share">0 to 1.</param>
public sealed record ShareOf(string Name, double Share);

/// <param name="Start">Start of the hour.</param>
/// <param name="Share">Of all clusters' requests in that hour, 0 to 1.</param>
public sealed record HourOfTraffic(DateTimeOffset Start, long Requests, long Hits, double Share);

/// <param name="LiveWeight">Weight of recent events in its ranking, 0 for an item that is there through the bundle alone. Halves with
/// time.</param>
/// <param name="Rise">Places it has risen compared with the bundle's list; negative when it has fallen, null for an item not on it.</param>
public sealed record PopularItem(ItemDetails Item, double LiveWeight, int? Rise);

/// <param name="LastSeen">Absent for a user not seen since the estimate began.</param>
/// <param name="Cached">Whether a list is in L1.</param>
public sealed record ExpectedUser(string UserId, string Country, string Segment, DateTimeOffset? LastSeen, bool Cached);
