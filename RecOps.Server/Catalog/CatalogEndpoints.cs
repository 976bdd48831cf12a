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
        CatalogUpdateRequest request, ActiveModel active, HttpContext context)
    {
        var errors = new FieldErrors();
        CatalogValidator.Validate(request, ref errors);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        if (!active.TryGet(out ServingModel? model)) return new ServiceUnavailable(active.NotReadyReason!);
        CatalogItemUpdate[] known = [.. request.Items!.Where(item => model.Catalog.TryGetOrdinal(item.ItemId!, out _))];

        // The shop's own changes are its own to account for; nobody would find a person's among them.
        if (!StorefrontGate.Decides(context) && known.Length > 0) await WriteDownAsync(context, model.Catalog, known);
        foreach (CatalogItemUpdate item in known)
        {
            model.Catalog.TryGetOrdinal(item.ItemId!, out int ordinal);
            model.Catalog.Update(ordinal, item);
        }

        return TypedResults.Ok(new CatalogUpdateResponse(
            known.Length, [.. request.Items!.Select(item => item.ItemId!).Where(id => !model.Catalog.TryGetOrdinal(id, out _))]));
    }

    /// <summary>Before it is done: nothing that cannot be written down happens.</summary>
    private static Task WriteDownAsync(HttpContext context, ItemCatalog catalog, CatalogItemUpdate[] after)
    {
        CatalogItemUpdate[] before = [.. after.Select(update =>
        {
            catalog.TryGetOrdinal(update.ItemId!, out int ordinal);
            ItemDetails item = catalog.Describe(ordinal);
            return new CatalogItemUpdate
            {
                ItemId = update.ItemId,
                Price = update.Price is null ? null : item.Price,
                InStock = update.InStock is null ? null : item.InStock,
                Attributes = update.Attributes?.ToDictionary(pair => pair.Key, pair => item.Attributes.GetValueOrDefault(pair.Key)),
            };
        })];
        AuditLog audit = context.RequestServices.GetRequiredService<AuditLog>();
        audit.Add(
            AuditAction.CatalogChanged, string.Join(", ", after.Select(item => item.ItemId)), before, after, ServerJson.Default.CatalogItemUpdateArray);
        return audit.SaveAsync();
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
