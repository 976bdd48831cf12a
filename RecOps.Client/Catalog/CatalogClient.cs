using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Catalog;

namespace RecOps.Client.Catalog;

/// <summary>Finds and reads items, and changes their price and stock.</summary>
internal sealed class CatalogClient(ApiClient api)
{
    /// <summary>
    /// Items by id. Empty when the catalogue cannot be reached: a list without titles is still worth showing.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, ItemDetails>> ByIdAsync(string[] itemIds, CancellationToken cancellation = default)
    {
        if (itemIds.Length == 0)
            return new Dictionary<string, ItemDetails>();

        ApiResult<ItemLookupResponse> answer = await LookupAsync(itemIds, cancellation);
        Dictionary<string, ItemDetails> items = [];
        foreach (ItemDetails item in answer.Value?.Items ?? [])
            items[item.ItemId] = item;
        return items;
    }

    /// <summary>Items whose id or title contains the text.</summary>
    public Task<ApiResult<ItemSearchResponse>> SearchAsync(string text, CancellationToken cancellation = default) =>
        api.GetAsync($"{Routes.ItemSearch}?query={Uri.EscapeDataString(text)}", CatalogJson.Default.ItemSearchResponse, cancellation);

    /// <summary>Values of a field that contain the text.</summary>
    public Task<ApiResult<ItemValuesResponse>> ValuesAsync(string field, string text, CancellationToken cancellation = default) =>
        api.GetAsync(
            $"{Routes.ItemValues}?field={Uri.EscapeDataString(field)}&query={Uri.EscapeDataString(text)}",
            CatalogJson.Default.ItemValuesResponse,
            cancellation
        );

    public Task<ApiResult<CatalogUpdateResponse>> SetStockAsync(string itemId, bool inStock, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Patch,
            Routes.CatalogItems,
            new CatalogUpdateRequest { Items = [new CatalogItemUpdate { ItemId = itemId, InStock = inStock }] },
            CatalogJson.Default.CatalogUpdateRequest,
            CatalogJson.Default.CatalogUpdateResponse,
            cancellation
        );

    private Task<ApiResult<ItemLookupResponse>> LookupAsync(string[] itemIds, CancellationToken cancellation = default) =>
        api.SendAsync(
            HttpMethod.Post,
            Routes.ItemLookup,
            new ItemLookupRequest { ItemIds = itemIds },
            CatalogJson.Default.ItemLookupRequest,
            CatalogJson.Default.ItemLookupResponse,
            cancellation
        );
}
