using RecOps.Server.Models;
using RecOps.Server.Rules;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>What rules look at of a request.</summary>
internal static class RequestMoment
{
    /// <param name="viewed">Ordinal of the item being looked at, -1 for none.</param>
    /// <param name="cluster">-1 for none.</param>
    public static RuleMoment Of(ServingModel model, RecommendationRequest request, int viewed, int cluster, DateTimeOffset now) =>
        Of(model, request.UserId!, request.Placement!, request.Country, request.Segment, viewed, cluster, now);

    /// <param name="userId">Empty for nobody.</param>
    /// <param name="placement">Empty for none.</param>
    /// <param name="givenCountry">Null for the one that the bundle has of the user.</param>
    /// <param name="givenSegment">Null for the one that the bundle has of the user.</param>
    /// <inheritdoc cref="Of(ServingModel, RecommendationRequest, int, int, DateTimeOffset)" path="/param"/>
    public static RuleMoment Of(
        ServingModel model, string userId, string placement, string? givenCountry, string? givenSegment, int viewed, int cluster, DateTimeOffset now)
    {
        bool known = model.Users.TryGetOrdinal(userId, out int user);
        string country = givenCountry is { Length: > 0 } c ? c : known ? model.Users.CountryOf(user) : "";
        string segment = givenSegment is { Length: > 0 } s ? s : known ? model.Users.SegmentOf(user) : "";
        return new RuleMoment(placement, country, segment, cluster, viewed, now);
    }
}
