using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Shared.Catalog;

namespace RecOps.Server.Catalog;

/// <summary>A change as it is sent to the database.</summary>
/// <param name="Price">As text: a JSON number would be read as a double.</param>
/// <param name="Attributes">Empty texts for those to remove: a null would drop the name from the row, and the bundle's value would be
/// back.</param>
/// <param name="Place">Position among those sent together, from 1.</param>
internal sealed record SentItem(string ItemId, string? Price, bool? InStock, Dictionary<string, string>? Attributes, int Place)
{
    /// <summary>The changes per item, several of one item merged in order.</summary>
    public static SentItem[] From(IEnumerable<CatalogItemUpdate> updates)
    {
        var merged = new Dictionary<string, SentItem>(StringComparer.Ordinal);
        foreach (CatalogItemUpdate update in updates)
        {
            SentItem before = merged.GetValueOrDefault(update.ItemId!) ?? new SentItem(update.ItemId!, null, null, null, merged.Count + 1);
            Dictionary<string, string>? attributes = before.Attributes;
            foreach ((string name, string? value) in update.Attributes ?? [])
            {
                attributes ??= new Dictionary<string, string>(StringComparer.Ordinal);
                attributes[name] = value ?? "";
            }

            merged[update.ItemId!] = before with
            {
                Price = update.Price?.ToString(CultureInfo.InvariantCulture) ?? before.Price,
                InStock = update.InStock ?? before.InStock,
                Attributes = attributes,
            };
        }

        return [.. merged.Values];
    }
}

/// <summary>The JSON that the catalogue stores.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentItem[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CatalogJson : JsonSerializerContext
{
    /// <summary>Never written into a page, so letters are not escaped: a sixth of the size.</summary>
    public static CatalogJson Compact { get; } =
        new(
            new JsonSerializerOptions(JsonSerializerDefaults.Web)
            {
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
