using RecOps.Serving.Catalog;
using RecOps.Serving.Validation;
using RecOps.Shared.Catalog;

namespace RecOps.Server.Catalog;

/// <summary>Finds every mistake in a catalogue change.</summary>
internal static class CatalogValidator
{
    public const int MaxItems = 1000;
    public const int MaxLookup = 500;

    public static void Validate(CatalogUpdateRequest request, ref FieldErrors errors)
    {
        CatalogItemUpdate?[] items = request.Items ?? [];
        if (items.Length is < 1 or > MaxItems)
        {
            errors.Add("items", $"items has {items.Length} entries; it must have 1 to {MaxItems}.");
            return;
        }

        for (int i = 0; i < items.Length; i++)
            ItemUpdateCheck.Check($"items[{i}]", items[i], ref errors);
    }

    public static void Validate(ItemLookupRequest request, ref FieldErrors errors)
    {
        string?[] ids = request.ItemIds ?? [];
        if (request.ItemIds is null || ids.Length > MaxLookup)
            errors.Add("itemIds", $"itemIds has {ids.Length} entries; it is required and may have at most {MaxLookup}.");
        for (int i = 0; i < Math.Min(ids.Length, MaxLookup); i++)
        {
            if (string.IsNullOrEmpty(ids[i]))
                errors.Add($"itemIds[{i}]", "Item ids must not be empty.");
        }
    }
}
