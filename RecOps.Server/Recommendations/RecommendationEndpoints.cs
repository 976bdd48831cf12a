using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Telemetry;
using RecOps.Shared;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

internal static class RecommendationEndpoints
{
    public static IEndpointRouteBuilder MapRecommendations(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").WithTags("Recommendations").WithMetadata(CountedRequest.Instance);
        group.MapGet(Routes.Recommendations + "/{userId}", GetAsync)
            .WithName("GetRecommendations")
            .WithSummary("The list for one shopper at one place of the shop")
            .DescribeQuery(("count", "integer"), ("explain", "boolean"));
        group.MapPost(Routes.Recommendations, PostAsync)
            .WithName("PostRecommendations")
            .WithSummary("The same, for requests that say more than fits a query");
        group.MapPost(Routes.RecommendationsBatch, BatchAsync)
            .WithName("PostRecommendationsBatch")
            .WithSummary("Up to 100 lists in one call, each with its own status");
        return routes;
    }

    private static async Task<Results<Ok<RecommendationResponse>, ValidationProblem, ServiceUnavailable>> GetAsync(
        string userId, [AsParameters] QueryParameters query, RecommendationService service)
    {
        var errors = new FieldErrors();
        return await service.AnswerAsync(query.ToRequest(userId, ref errors), errors);
    }

    private static async Task<Results<Ok<RecommendationResponse>, ValidationProblem, ServiceUnavailable>> PostAsync(RecommendationRequest request, RecommendationService service) =>
        await service.AnswerAsync(request, default);

    private static async Task<Results<Ok<RecommendationBatchResponse>, ValidationProblem, ServiceUnavailable>> BatchAsync(RecommendationBatchRequest request, RecommendationService service) =>
        await service.AnswerBatchAsync(request);
}
