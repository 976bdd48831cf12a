using RecOps.Serving.Users;

namespace RecOps.Serving.Rules;

/// <summary>Facts about a request that decide which rules apply.</summary>
/// <param name="Placement">Empty for none.</param>
/// <param name="Country">Empty when unknown.</param>
/// <param name="Segment">Empty when unknown.</param>
/// <param name="Cluster">-1 for none.</param>
/// <param name="Viewed">Ordinal of the item being looked at, -1 for none.</param>
internal readonly record struct RuleContext(string Placement, string Country, string Segment, int Cluster, int Viewed, DateTimeOffset Now)
{
    /// <param name="user">Ordinal, -1 for a user that the bundle does not know.</param>
    /// <param name="country">From the request; null for the user's country in the bundle.</param>
    /// <param name="segment">From the request; null for the user's segment in the bundle.</param>
    public static RuleContext Of(
        UserDirectory users,
        int user,
        string placement,
        string? country,
        string? segment,
        int viewed,
        int cluster,
        DateTimeOffset now
    ) =>
        new(
            placement,
            country is { Length: > 0 } ? country
                : user >= 0 ? users.CountryOf(user)
                : "",
            segment is { Length: > 0 } ? segment
                : user >= 0 ? users.SegmentOf(user)
                : "",
            cluster,
            viewed,
            now
        );
}
