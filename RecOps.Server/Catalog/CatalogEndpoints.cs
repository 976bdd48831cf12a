using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Security;
using RecOps.Server.Security.Keys;
using RecOps.Serving.Catalog;
using RecOps.Serving.Models;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Catalog;
using RecOps.Shared.Security;

namespace RecOps.Server.Catalog;

internal static class CatalogEndpoints
{
    public static IEndpointRouteBuilder MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPatch(Routes.CatalogItems, UpdateAsync)
            .TakesNoQuery()
            .RequireScope(Scope.Catalog, Access.Act)
            .WithMetadata(new SmallAnswer())
            .WithTags("Catalog")
            .WithName("PatchCatalogItems")
            .WithSummary("Updates price, stock and attributes of items; saved, and in effect on the next answer");
        routes.MapPost(Routes.ItemLookup, Lookup).RequireAuthorization(Access.View);
        return routes.MapItemSearch();
    }

    private static async Task<Results<Ok<CatalogUpdateResponse>, ValidationProblem, ServiceUnavailable>> UpdateAsync(
        CatalogUpdateRequest request,
        ActiveModel active,
        CatalogChanges changes,
        CatalogStore store,
        HttpContext context
    )
    {
        var errors = new FieldErrors();
        CatalogValidator.Validate(request, ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        ImmutableArray<ServingModel> live = active.Live;
        CatalogItemUpdate[] items = request.Items!;
        bool[] known = Array.ConvertAll(items, item => live.Any(one => one.Catalog.TryGetOrdinal(item.ItemId!, out _)));

        // The shop may have changed this item under another model. When a model brings the item back, the shop's last change must apply.
        CatalogItemUpdate[] kept = [.. items.Where((item, i) => known[i] || changes.Knows(item.ItemId!))];

        // The shop need not account for its own changes; in the audit log they would bury those made by people.
        CatalogItemUpdate[]? before = StorefrontGate.Decides(context) ? null : Array.ConvertAll(kept, update => Now(model.Catalog, update));
        CatalogSaved saved = await store.SaveAsync(kept, before, context.RequestAborted);
        if (saved.Reason is { } reason)
            return new ServiceUnavailable(reason);
        if (saved.LargeItem is { } large)
        {
            int place = Array.FindLastIndex(items, item => item.ItemId == large && item.Attributes is not null);
            errors.Add(
                $"items[{place}].attributes",
                $"Together with its existing attributes, the item would exceed the limit of {CatalogStore.MaxAttributes:N0} characters "
                    + $"of JSON. Nothing was changed."
            );
            return TypedResults.ValidationProblem(errors.ByField);
        }

        string[] missing = [.. items.Where((_, i) => !known[i]).Select(item => item.ItemId!)];
        return TypedResults.Ok(new CatalogUpdateResponse(items.Length - missing.Length, missing));
    }

    /// <summary>The current values of the fields that an update changes.</summary>
    private static CatalogItemUpdate Now(ItemCatalog catalog, CatalogItemUpdate update)
    {
        if (!catalog.TryGetOrdinal(update.ItemId!, out int ordinal))
            return new CatalogItemUpdate { ItemId = update.ItemId };
        ItemDetails item = catalog.Describe(ordinal);
        return new CatalogItemUpdate
        {
            ItemId = update.ItemId,
            Price = update.Price is null ? null : item.Price,
            InStock = update.InStock is null ? null : item.InStock,
            Attributes = update.Attributes?.ToDictionary(pair => pair.Key, pair => item.Attributes.GetValueOrDefault(pair.Key)),
        };
    }

    private static Results<Ok<ItemLookupResponse>, ValidationProblem, ServiceUnavailable> Lookup(
        ItemLookupRequest request,
        ActiveModel active
    )
    {
        var errors = new FieldErrors();
        CatalogValidator.Validate(request, ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model))
            return new ServiceUnavailable(active.NotReadyReason!);
        var items = new List<ItemDetails>(request.ItemIds!.Length);
        foreach (string id in request.ItemIds)
        {
            if (model.Catalog.TryGetOrdinal(id, out int ordinal))
                items.Add(model.Catalog.Describe(ordinal));
        }

        return TypedResults.Ok(new ItemLookupResponse([.. items]));
    }
}
