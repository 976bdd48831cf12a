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
        routes.MapPatch(Routes.CatalogItems, UpdateAsync)
            .RequireScope(Scope.Catalog, Access.Act)
            .WithTags("Catalog")
            .WithName("PatchCatalogItems")
            .WithSummary("Price, stock and attributes of items; in effect on the next answer");
        routes.MapPost(Routes.ItemLookup, Lookup).RequireAuthorization(Access.View);
        return routes.MapItemSearch();
    }

    private static async Task<Results<Ok<CatalogUpdateResponse>, ValidationProblem, ServiceUnavailable>> UpdateAsync(
        CatalogUpdateRequest request, ActiveModel active, CatalogChanges changes, HttpContext context)
    {
        var errors = new FieldErrors();
        CatalogValidator.Validate(request, ref errors);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model)) return new ServiceUnavailable(active.NotReadyReason!);
        ItemCatalog catalog = model.Catalog;
        CatalogItemUpdate[] items = request.Items!;
        int[] ordinals = Array.ConvertAll(items, item => catalog.TryGetOrdinal(item.ItemId!, out int ordinal) ? ordinal : -1);

        // The shop's own changes are its own to account for; nobody would find a person's among them.
        if (!StorefrontGate.Decides(context) && Array.Exists(ordinals, ordinal => ordinal >= 0)) await WriteDownAsync(context, catalog, items, ordinals);
        string[] missing = [.. items.Where((_, i) => ordinals[i] < 0).Select(item => item.ItemId!)];
        changes.Apply(items);
        return TypedResults.Ok(new CatalogUpdateResponse(items.Length - missing.Length, missing));
    }

    /// <summary>Before it is done: nothing that cannot be written down happens.</summary>
    /// <param name="ordinals">Of the items; -1 for those that the catalogue does not have.</param>
    private static Task WriteDownAsync(HttpContext context, ItemCatalog catalog, CatalogItemUpdate[] items, int[] ordinals)
    {
        CatalogItemUpdate[] after = [.. items.Where((_, i) => ordinals[i] >= 0)];
        CatalogItemUpdate[] before = [.. after.Zip(ordinals.Where(ordinal => ordinal >= 0), (update, ordinal) => Now(catalog.Describe(ordinal), update))];
        AuditLog audit = context.RequestServices.GetRequiredService<AuditLog>();
        audit.Add(
            AuditAction.CatalogChanged, string.Join(", ", after.Select(item => item.ItemId)), before, after, ServerJson.Default.CatalogItemUpdateArray);
        return audit.SaveAsync();
    }

    /// <summary>What an item is now, of what an update changes.</summary>
    private static CatalogItemUpdate Now(ItemDetails item, CatalogItemUpdate update) => new()
    {
        ItemId = update.ItemId,
        Price = update.Price is null ? null : item.Price,
        InStock = update.InStock is null ? null : item.InStock,
        Attributes = update.Attributes?.ToDictionary(pair => pair.Key, pair => item.Attributes.GetValueOrDefault(pair.Key)),
    };

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
