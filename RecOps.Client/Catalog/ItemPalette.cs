using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Catalog;

namespace RecOps.Client.Catalog;

/// <summary>Items, for the palette.</summary>
internal sealed class ItemPalette(CatalogClient catalog) : IPaletteSource
{
    public async Task<IEnumerable<PaletteEntry>> FindAsync(string text, CancellationToken cancellation)
    {
        ApiResult<ItemSearchResponse> answer = await catalog.SearchAsync(text, cancellation);
        return (answer.Value?.Items ?? []).Take(PaletteSearch.OfEach).Select(Entry);
    }

    private static PaletteEntry Entry(ItemDetails item) =>
        new(
            "item",
            item.Title.Length > 0 ? item.Title : item.ItemId,
            item.ItemId,
            $"try?placement=product&item={Uri.EscapeDataString(item.ItemId)}"
        );
}
