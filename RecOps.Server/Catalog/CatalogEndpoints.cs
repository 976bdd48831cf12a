using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Models;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Catalog;
using RecOps.Shared.Security;

namespace RecOps.Server.Catalog;

internal static class CatalogEndpoints
{
    public static IEndpointRouteBuilder MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapPatch(Routes.CatalogItems, Update)
            .RequireScope(Scope.Catalog, Access.Act)
            .WithTags("Catalog")
            .WithName("PatchCatalogItems")
            .WithSummary("Price, stock and attributes of items; in effect on the next answer");
        routes.MapPost(Routes.ItemLookup, Lookup).RequireAuthorization(Access.View);
        return routes.MapItemSearch();
    }

    private static Results<Ok<CatalogUpdateResponse>, ValidationProblem, ServiceUnavailable> Update(
        CatalogUpdateRequest request, ActiveModel active)
    {
        var errors = new FieldErrors();
        CatalogValidator.Validate(request, ref errors);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model)) return new ServiceUnavailable(active.NotReadyReason!);
        int updated = 0;
        var missing = new List<string>();
        foreach (CatalogItemUpdate item in request.Items!)
        {
            if (model.Catalog.TryGetOrdinal(item.ItemId!, out int ordinal))
            {
                model.Catalog.Update(ordinal, item);
                updated++;
            }
            else
            {
                missing.Add(item.ItemId!);
            }
        }

        return TypedResults.Ok(new CatalogUpdateResponse(updated, [.. missing]));
    }

    private static Results<Ok<ItemLookupResponse>, ValidationProblem, ServiceUnavailable> Lookup(
        ItemLookupRequest request, ActiveModel active)
    {
        var errors = new FieldErrors();
        CatalogValidator.Validate(request, ref errors);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model)) return new ServiceUnavailable(active.NotReadyReason!);
        var items = new List<ItemDetails>(request.ItemIds!.Length);
        foreach (string id in request.ItemIds)
        {
            if (model.Catalog.TryGetOrdinal(id, out int ordinal)) items.Add(model.Catalog.Describe(ordinal));
        }

        return TypedResults.Ok(new ItemLookupResponse([.. items]));
    }
}
