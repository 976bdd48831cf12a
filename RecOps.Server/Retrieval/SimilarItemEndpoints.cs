using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Models;
using RecOps.Server.Rules;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;

namespace RecOps.Server.Retrieval;

internal static class SimilarItemEndpoints
{
    private const int DefaultCount = 20;
    private const int MaxCount = 100;

    public static IEndpointRouteBuilder MapSimilarItems(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.SimilarItems, Get)
            .RequireScope(Scope.Recommend, Access.View)
            .WithTags("Recommendations")
            .WithName("GetSimilarItems")
            .WithSummary("Items near one item; it says nothing about any shopper")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .DescribeQuery(("count", "integer"));
        return routes;
    }

    /// <param name="itemId">The item.</param>
    /// <param name="count">How many items to answer, 1 to 100. Default 20.</param>
    private static Results<Ok<SimilarItemsResponse>, ValidationProblem, ProblemHttpResult, ServiceUnavailable> Get(
        string itemId, string? count, ActiveModel active, TimeProvider time)
    {
        int places = DefaultCount;
        bool isNumber = string.IsNullOrEmpty(count)
            || int.TryParse(count, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out places);
        if (!isNumber || places is < 1 or > MaxCount)
        {
            var errors = new FieldErrors();
            errors.Add("count", $"count is '{count}'; it must be 1 to {MaxCount}.");
            return TypedResults.ValidationProblem(errors.ByField);
        }

        if (!active.TryGet(out ServingModel? model)) return new ServiceUnavailable(active.NotReadyReason!);
        if (!model.Catalog.TryGetOrdinal(itemId, out int item))
        {
            return TypedResults.Problem(
                $"The item '{itemId}' is not in the catalogue.", statusCode: StatusCodes.Status404NotFound);
        }

        Span<int> ordinals = stackalloc int[places];
        Span<float> scores = stackalloc float[places];
        var itself = new OrdinalSet();
        itself.Add(item);
        int found = model.Index.SearchSimilar(item, new ItemFilter(model.Catalog.InStock, itself, AllowedBy(model, item, time)), ordinals, scores);
        var items = new SimilarItem[found];
        for (int i = 0; i < found; i++) items[i] = new SimilarItem(model.Catalog.IdOf(ordinals[i]), i + 1, scores[i]);
        return TypedResults.Ok(new SimilarItemsResponse(itemId, items, model.Version));
    }

    /// <summary>What rules exclude whoever asks and wherever is not shown here either.</summary>
    private static ulong[]? AllowedBy(ServingModel model, int item, TimeProvider time)
    {
        RuleSet rules = model.Rules;
        Span<ulong> holding = stackalloc ulong[rules.Words];
        bool any = rules.Hold(new RuleMoment("", "", "", -1, item, time.GetUtcNow()), holding);
        return any ? rules.RestrictionOf(holding)?.Allowed : null;
    }
}
