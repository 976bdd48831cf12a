using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Catalog;

namespace RecOps.Client.Catalog;

/// <summary>Reads items, and changes their price and stock.</summary>
internal sealed class CatalogClient(ApiClient api)
{
    /// <summary>
    /// Items by id. Empty when the catalogue could not be asked: a list without titles is still worth showing.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, ItemDetails>> ByIdAsync(
        string[] itemIds, CancellationToken cancellation = default)
    {
        if (itemIds.Length == 0)
            return new Dictionary<string, ItemDetails>();

        ApiResult<ItemLookupResponse> answer = await LookupAsync(itemIds, cancellation);
        Dictionary<string, ItemDetails> items = [];
        foreach (ItemDetails item in answer.Value?.Items ?? [])
            items[item.ItemId] = item;
        return items;
    }

    public Task<ApiResult<CatalogUpdateResponse>> SetStockAsync(
        string itemId, bool inStock, CancellationToken cancellation = default)
        => api.SendAsync(
            HttpMethod.Patch, Routes.CatalogItems,
            new CatalogUpdateRequest { Items = [new CatalogItemUpdate { ItemId = itemId, InStock = inStock }] },
            ApiJson.Default.CatalogUpdateRequest, ApiJson.Default.CatalogUpdateResponse, cancellation);

    private Task<ApiResult<ItemLookupResponse>> LookupAsync(string[] itemIds, CancellationToken cancellation = default)
        => api.SendAsync(
            HttpMethod.Post, Routes.ItemLookup, new ItemLookupRequest { ItemIds = itemIds },
            ApiJson.Default.ItemLookupRequest, ApiJson.Default.ItemLookupResponse, cancellation);
}
