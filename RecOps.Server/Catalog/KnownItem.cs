using System.Text.Json;
using RecOps.Serving.Models;

namespace RecOps.Server.Catalog;

/// <summary>The shop's changes to an item, as kept in memory: compact, since there may be millions.</summary>
/// <param name="Price">NaN where the shop set none.</param>
/// <param name="Attributes">See <see cref="CatalogItem.Attributes"/>.</param>
/// <param name="Version">See <see cref="CatalogItem.Version"/>.</param>
internal sealed record KnownItem(string Id, double Price, bool? InStock, string? Attributes, long Version)
{
    public static KnownItem Of(CatalogItem row) =>
        new(row.ItemId, row.Price is { } price ? (double)price : double.NaN, row.InStock, row.Attributes, row.Version);

    /// <summary>Makes a model that knows the item serve these values from its next answer on.</summary>
    public void ApplyTo(ServingModel model)
    {
        if (!model.Catalog.TryGetOrdinal(Id, out int ordinal))
            return;
        Dictionary<string, string>? attributes = Attributes is null
            ? null
            : JsonSerializer.Deserialize(Attributes, CatalogJson.Compact.DictionaryStringString);
        model.Catalog.Update(ordinal, double.IsNaN(Price) ? null : Price, InStock, attributes);
    }
}

/// <summary>The version up to which all changes are known.</summary>
/// <param name="Id">Item of that change; empty for none.</param>
internal readonly record struct CatalogMark(long Version, string Id)
{
    public static readonly CatalogMark None = new(0, "");
}
