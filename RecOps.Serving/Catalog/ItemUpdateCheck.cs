using RecOps.Serving.Validation;
using RecOps.Shared.Bundles;
using RecOps.Shared.Catalog;

namespace RecOps.Serving.Catalog;

/// <summary>Finds every mistake in an item change.</summary>
internal static class ItemUpdateCheck
{
    private const int MaxAttributes = 32;
    private const int MaxNameLength = 128;
    private const int MaxValueLength = 512;

    /// <param name="path">Path of the item in the input.</param>
    public static void Check(string path, CatalogItemUpdate? item, ref FieldErrors errors)
    {
        if (item is null)
        {
            errors.Add(path, "The item is null.");
            return;
        }

        if (string.IsNullOrEmpty(item.ItemId))
            errors.Add($"{path}.itemId", "itemId is missing.");
        else if (item.ItemId.Length > Ids.LongestItem)
            errors.Add($"{path}.itemId", $"itemId must have at most {Ids.LongestItem} characters.");
        else if (Ids.HasControl(item.ItemId))
            errors.Add($"{path}.itemId", "itemId has a control character.");
        if (item.Price is < 0 or > ItemCatalog.MaxPrice)
            errors.Add($"{path}.price", $"price is {item.Price}; it must be 0 to {ItemCatalog.MaxPrice}.");
        if (item.Price is null && item.InStock is null && item.Attributes is not { Count: > 0 })
            errors.Add(path, "Nothing to change. Give price, inStock or attributes.");
        if (item.Attributes is not { } attributes)
            return;
        if (attributes.Count > MaxAttributes)
            errors.Add($"{path}.attributes", $"attributes has {attributes.Count} entries; at most {MaxAttributes} are allowed.");
        foreach ((string name, string? value) in attributes)
        {
            if (
                name.Length is < 1 or > MaxNameLength
                || value is { Length: > MaxValueLength }
                || Ids.HasControl(name)
                || Ids.HasControl(value)
            )
            {
                errors.Add(
                    $"{path}.attributes.{name}",
                    $"names must have 1 to {MaxNameLength} characters, values at most {MaxValueLength}, none of them a control character."
                );
            }
        }
    }
}
