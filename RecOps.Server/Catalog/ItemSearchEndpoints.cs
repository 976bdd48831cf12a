using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting.OpenApi;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Catalog;

namespace RecOps.Server.Catalog;

/// <summary>Search-as-you-type for pickers.</summary>
internal static class ItemSearchEndpoints
{
    private const int Shown = 20;
    private const int MaxLength = 256;

    public static IEndpointRouteBuilder MapItemSearch(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").RequireAuthorization(Access.View);
        group.MapGet(Routes.ItemSearch, Search);
        group.MapGet(Routes.ItemValues, Values);
        return routes;
    }

    private static Results<Ok<ItemSearchResponse>, ValidationProblem, ServiceUnavailable> Search(string? query, ActiveModel active)
    {
        if (Check(query) is { } problem)
            return problem;
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        int[] items = string.IsNullOrWhiteSpace(query)
            ? model.Popular.Ordinals[..Math.Min(Shown + 1, model.Popular.Ordinals.Length)].ToArray()
            : model.Popular.Best(Shown + 1, model.Catalog.Index.Find(query));
        return TypedResults.Ok(new ItemSearchResponse([.. items.Take(Shown).Select(model.Catalog.Describe)], items.Length > Shown));
    }

    private static Results<Ok<ItemValuesResponse>, ValidationProblem, ServiceUnavailable> Values(
        string? field,
        string? query,
        ActiveModel active
    )
    {
        if (Check(query) is { } problem)
            return problem;
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        IEnumerable<(string Value, int Count)>? values = field switch
        {
            "category" => model.Catalog.Categories.Values,
            "brand" => model.Catalog.Brands.Values,
            "attribute" => model.Catalog.AttributeNames.Select(name => (name, 0)),
            { } by when CapRule.AttributeOf(by) is { } name => model.Catalog.ValuesOf(name),
            _ => null,
        };
        if (values is null)
        {
            var errors = new FieldErrors();
            errors.Add("field", $"field is '{field}'; it must be category, brand, attribute or attribute:NAME.");
            return TypedResults.ValidationProblem(errors.ByField);
        }

        ItemValue[] matching =
        [
            .. values
                .Where(value =>
                    value.Value.Length > 0
                    && (string.IsNullOrEmpty(query) || value.Value.Contains(query, StringComparison.OrdinalIgnoreCase))
                )
                .OrderByDescending(value => value.Count)
                .ThenBy(value => value.Value, StringComparer.Ordinal)
                .Select(value => new ItemValue(value.Value, value.Count)),
        ];
        return TypedResults.Ok(new ItemValuesResponse(matching[..Math.Min(Shown, matching.Length)], matching.Length));
    }

    private static ValidationProblem? Check(string? query)
    {
        if (query is not { Length: > MaxLength })
            return null;
        var errors = new FieldErrors();
        errors.Add("query", $"query must have at most {MaxLength} characters.");
        return TypedResults.ValidationProblem(errors.ByField);
    }
}
