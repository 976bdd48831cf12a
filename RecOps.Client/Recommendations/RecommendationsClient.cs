using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>Asks for lists exactly as a storefront would.</summary>
internal sealed class RecommendationsClient(ApiClient api)
{
    public Task<ApiResult<RecommendationResponse>> RecommendAsync(
        RecommendationRequest request, CancellationToken cancellation = default)
        => api.SendAsync(
            HttpMethod.Post, Routes.Recommendations, request,
            ApiJson.Default.RecommendationRequest, ApiJson.Default.RecommendationResponse, cancellation);

    public Task<ApiResult<SimilarItemsResponse>> SimilarAsync(
        string itemId, int count, CancellationToken cancellation = default)
        => api.GetAsync(
            $"{Routes.SimilarTo(itemId)}?count={count}", ApiJson.Default.SimilarItemsResponse, cancellation);
}
