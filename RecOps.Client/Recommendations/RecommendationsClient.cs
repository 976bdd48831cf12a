using System.Globalization;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>Asks for lists exactly as a storefront would.</summary>
internal sealed class RecommendationsClient(ApiClient api)
{
    public Task<ApiResult<RecommendationResponse>> RecommendAsync(
        RecommendationRequest request,
        CancellationToken cancellation = default
    ) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.Recommendations,
            request,
            RecommendationsJson.Default.RecommendationRequest,
            RecommendationsJson.Default.RecommendationResponse,
            cancellation
        );

    /// <param name="context">Request context of the list that the item is in; rules depend on it.</param>
    public Task<ApiResult<SimilarItemsResponse>> SimilarAsync(
        string itemId,
        int count,
        TryState context,
        CancellationToken cancellation = default
    ) =>
        api.GetAsync(
            Routes.SimilarTo(itemId)
                + QueryText.Format(
                    ("count", count.ToString(CultureInfo.InvariantCulture)),
                    ("placement", context.Placement),
                    ("userId", context.UserId),
                    ("country", context.Country),
                    ("segment", context.Segment)
                ),
            RecommendationsJson.Default.SimilarItemsResponse,
            cancellation
        );
}
