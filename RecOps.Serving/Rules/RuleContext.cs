using RecOps.Serving.Users;

namespace RecOps.Serving.Rules;

/// <summary>Everything about a request that decides which rules hold.</summary>
/// <param name="Placement">Empty for none.</param>
/// <param name="Country">Empty when it is not known.</param>
/// <param name="Segment">Empty when it is not known.</param>
/// <param name="Cluster">-1 for none.</param>
/// <param name="Viewed">Ordinal of the item being looked at, -1 for none.</param>
internal readonly record struct RuleContext(string Placement, string Country, string Segment, int Cluster, int Viewed, DateTimeOffset Now)
{
    /// <param name="user">Ordinal, -1 for someone the bundle does not know.</param>
    /// <param name="country">Of the request; null for the one that the bundle has of the user.</param>
    /// <param name="segment">Of the request; null for the one that the bundle has of the user.</param>
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
