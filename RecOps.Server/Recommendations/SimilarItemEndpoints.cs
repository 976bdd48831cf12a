using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;

namespace RecOps.Server.Recommendations;

internal static class SimilarItemEndpoints
{
    public static IEndpointRouteBuilder MapSimilarItems(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").WithTags("Recommendations").RequireScope(Scope.Recommend, Access.View);
        group
            .MapGet(Routes.SimilarItems, Get)
            .WithName("GetSimilarItems")
            .WithSummary("Items similar to one item, after rules")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .DescribeQuery(("count", "integer"));
        group
            .MapPost(Routes.SimilarItems, Post)
            .TakesNoQuery()
            .WithName("PostSimilarItems")
            .WithSummary("The same, for requests that do not fit in a query string")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    /// <param name="itemId">The item.</param>
    private static Results<Ok<SimilarItemsResponse>, ValidationProblem, ProblemHttpResult, ServiceUnavailable> Get(
        string itemId,
        [AsParameters] SimilarQuery query,
        HttpRequest asked,
        RecommendationValidator validator,
        SimilarItems similar,
        ActiveModel active
    )
    {
        var errors = new FieldErrors();
        foreach ((string name, StringValues values) in asked.Query)
        {
            if (!SimilarQuery.Names.Contains(name, StringComparer.OrdinalIgnoreCase))
                errors.Add(
                    name,
                    UnknownParameter.Describe(name, SimilarQuery.Names, SimilarQuery.OnlyInBody, $"POST {Routes.SimilarItems}")
                );
            else if (values.Count > 1)
                errors.Add(name, $"{name} appears twice. Send it once.");
        }

        SimilarItemsRequest request = query.ToRequest(itemId, ref errors);
        return Answer(request, errors, validator, similar, active);
    }

    private static Results<Ok<SimilarItemsResponse>, ValidationProblem, ProblemHttpResult, ServiceUnavailable> Post(
        string itemId,
        SimilarItemsRequest request,
        RecommendationValidator validator,
        SimilarItems similar,
        ActiveModel active
    )
    {
        var errors = new FieldErrors();
        if (request.ItemId is { Length: > 0 } other && other != itemId)
            errors.Add("itemId", $"itemId is '{other}', but the path has '{itemId}'. Leave itemId out of the body.");
        return Answer(request with { ItemId = itemId }, errors, validator, similar, active);
    }

    private static Results<Ok<SimilarItemsResponse>, ValidationProblem, ProblemHttpResult, ServiceUnavailable> Answer(
        SimilarItemsRequest request,
        FieldErrors errors,
        RecommendationValidator validator,
        SimilarItems similar,
        ActiveModel active
    )
    {
        validator.Validate(request, ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        return similar.TryFind(model, request) is { } list
            ? TypedResults.Ok(list)
            : TypedResults.Problem(SimilarItems.Missing(request.ItemId!), statusCode: StatusCodes.Status404NotFound);
    }

    /// <summary>As text, so that every mistake can be named.</summary>
    private struct SimilarQuery
    {
        public static readonly string[] Names = ["count", "placement", "userId", "country", "segment"];
        public static readonly string[] OnlyInBody = ["excludeItemIds"];

        /// <summary>How many items to answer, 1 to 100. Default 20.</summary>
        [FromQuery(Name = "count")]
        public string? Count { get; set; }

        /// <summary>Where the list stands. Without one, placement-specific rules do not apply.</summary>
        [FromQuery(Name = "placement")]
        public string? Placement { get; set; }

        /// <summary>The shopper, for rules about countries, segments, clusters and purchases.</summary>
        [FromQuery(Name = "userId")]
        public string? UserId { get; set; }

        [FromQuery(Name = "country")]
        public string? Country { get; set; }

        [FromQuery(Name = "segment")]
        public string? Segment { get; set; }

        public readonly SimilarItemsRequest ToRequest(string itemId, ref FieldErrors errors)
        {
            int count = new SimilarItemsRequest().Count;
            if (
                !string.IsNullOrEmpty(Count) && !int.TryParse(Count, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out count)
            )
            {
                errors.Add("count", $"count is '{Count}'; it must be a whole number.");
                count = 1;
            }

            return new SimilarItemsRequest
            {
                ItemId = itemId,
                Count = count,
                Placement = Placement,
                UserId = UserId,
                Country = Country,
                Segment = Segment,
            };
        }
    }
}
