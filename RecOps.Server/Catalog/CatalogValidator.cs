using RecOps.Serving.Catalog;
using RecOps.Serving.Engine;
using RecOps.Shared.Catalog;

namespace RecOps.Server.Catalog;

/// <summary>Finds everything that is wrong with a change of the catalogue.</summary>
internal static class CatalogValidator
{
    public const int MaxItems = 1000;
    public const int MaxLookup = 500;
    private const int MaxAttributes = 32;
    private const int MaxNameLength = 128;
    private const int MaxValueLength = 512;

    public static void Validate(CatalogUpdateRequest request, ref FieldErrors errors)
    {
        CatalogItemUpdate?[] items = request.Items ?? [];
        if (items.Length is < 1 or > MaxItems)
        {
            errors.Add("items", $"items has {items.Length} entries; it must have 1 to {MaxItems}.");
            return;
        }

        for (int i = 0; i < items.Length; i++) Validate($"items[{i}]", items[i], ref errors);
    }

    public static void Validate(ItemLookupRequest request, ref FieldErrors errors)
    {
        string?[] ids = request.ItemIds ?? [];
        if (request.ItemIds is null || ids.Length > MaxLookup)
            errors.Add("itemIds", $"itemIds has {ids.Length} entries; it must be there and have at most {MaxLookup}.");
        for (int i = 0; i < Math.Min(ids.Length, MaxLookup); i++)
        {
            if (string.IsNullOrEmpty(ids[i])) errors.Add($"itemIds[{i}]", "item ids must not be empty.");
        }
    }

    private static void Validate(string path, CatalogItemUpdate? item, ref FieldErrors errors)
    {
        if (item is null)
        {
            errors.Add(path, "The item is null.");
            return;
        }

        if (string.IsNullOrEmpty(item.ItemId)) errors.Add($"{path}.itemId", "itemId is missing.");
        else if (item.ItemId.Length > CatalogItem.MaxIdLength) errors.Add($"{path}.itemId", $"itemId must have at most {CatalogItem.MaxIdLength} characters.");
        if (item.Price is < 0 or > ItemCatalog.MaxPrice) errors.Add($"{path}.price", $"price is {item.Price}; it must be 0 to {ItemCatalog.MaxPrice}.");
        if (item.Price is null && item.InStock is null && item.Attributes is not { Count: > 0 })
            errors.Add(path, "Nothing to change: give price, inStock or attributes.");
        if (item.Attributes is not { } attributes) return;
        if (attributes.Count > MaxAttributes)
            errors.Add($"{path}.attributes", $"attributes has {attributes.Count} entries; at most {MaxAttributes} are allowed.");
        foreach ((string name, string? value) in attributes)
        {
            // No database keeps a text with U+0000.
            if (name.Length is < 1 or > MaxNameLength || value is { Length: > MaxValueLength } || name.Contains('\0') || value?.Contains('\0') == true)
            {
                errors.Add(
                    $"{path}.attributes.{name}",
                    $"names must have 1 to {MaxNameLength} characters, values at most {MaxValueLength}, none of them U+0000.");
            }
        }
    }
}
