using RecOps.Server.Models;
using RecOps.Server.Rules;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>What rules look at of a request.</summary>
internal static class RequestMoment
{
    /// <param name="viewed">Ordinal of the item being looked at, -1 for none.</param>
    /// <param name="cluster">-1 for none.</param>
    public static RuleMoment Of(ServingModel model, RecommendationRequest request, int viewed, int cluster, DateTimeOffset now)
    {
        bool known = model.Users.TryGetOrdinal(request.UserId!, out int user);
        string country = request.Country is { Length: > 0 } c ? c : known ? model.Users.CountryOf(user) : "";
        string segment = request.Segment is { Length: > 0 } s ? s : known ? model.Users.SegmentOf(user) : "";
        return new RuleMoment(request.Placement!, country, segment, cluster, viewed, now);
    }
}
