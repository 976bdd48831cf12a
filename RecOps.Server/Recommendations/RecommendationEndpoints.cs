using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Serving.Engine;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;

namespace RecOps.Server.Recommendations;

internal static class RecommendationEndpoints
{
    private delegate Task<Results<RecommendationResult, ValidationProblem, ServiceUnavailable>> GetContract(
        string userId,
        [AsParameters] QueryParameters query
    );

    public static IEndpointRouteBuilder MapRecommendations(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes
            .MapGroup("")
            .WithTags("Recommendations")
            .WithMetadata(CountedRequest.Instance)
            .RequireScope(Scope.Recommend, Access.View);

        // ServingMetrics counts and times these, at a fraction of the cost of the framework's histogram.
        group.DisableHttpMetrics();

        // By far the most frequent call reads its own query and needs no service scope: less than half the allocations.
        IServiceProvider services = routes.ServiceProvider;
        group
            .MapGet(
                Routes.Recommendations + "/{userId}",
                context => GetAsync(context, services.GetRequiredService<RecommendationService>())
            )
            .Describe(typeof(GetContract))
            .WithName("GetRecommendations")
            .WithSummary("The list for one shopper and placement")
            .DescribeQuery(("count", "integer"), ("explain", "boolean"));
        group
            .MapPost(Routes.Recommendations, PostAsync)
            .TakesNoQuery()
            .WithName("PostRecommendations")
            .WithSummary("The same, for requests that do not fit in a query string");
        group
            .MapPost(Routes.RecommendationsBatch, BatchAsync)
            .TakesNoQuery()
            .WithMetadata(new CountedByMember())
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithName("PostRecommendationsBatch")
            .WithSummary("Up to 100 lists in one call, each with its own status");
        routes
            .MapGet(
                Routes.Placements,
                (IOptions<ServingOptions> serving) => TypedResults.Ok(new PlacementList([.. serving.Value.AllPlacements]))
            )
            .RequireAuthorization(Access.View);
        return routes;
    }

    private static Task GetAsync(HttpContext context, RecommendationService service)
    {
        var errors = new FieldErrors();
        string userId = (string)context.Request.RouteValues["userId"]!;
        RecommendationRequest request = QueryParameters.Parse(context.Request.QueryString).ToRequest(userId, ref errors);
        ValueTask<Results<RecommendationResult, ValidationProblem, ServiceUnavailable>> answering = service.AnswerAsync(request, errors);
        return answering.IsCompletedSuccessfully ? answering.Result.ExecuteAsync(context) : WriteAsync(answering, context);
    }

    private static async Task WriteAsync(
        ValueTask<Results<RecommendationResult, ValidationProblem, ServiceUnavailable>> answering,
        HttpContext context
    ) => await (await answering).ExecuteAsync(context);

    private static async Task<Results<RecommendationResult, ValidationProblem, ServiceUnavailable>> PostAsync(
        RecommendationRequest request,
        RecommendationService service
    ) => await service.AnswerAsync(request, default);

    private static async Task<Results<Ok<RecommendationBatchResponse>, ValidationProblem, ServiceUnavailable>> BatchAsync(
        RecommendationBatchRequest request,
        RecommendationService service,
        HttpContext context
    )
    {
        int members = (request.Requests?.Length ?? 0) + (request.Similar?.Length ?? 0);

        // A batch that is too long is refused, whatever the key's limit.
        if (members <= RecommendationValidator.MaxBatch)
            StorefrontGate.CountMembers(context, members);
        return await service.AnswerBatchAsync(request);
    }
}
