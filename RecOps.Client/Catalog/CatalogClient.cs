using RecOps.Client.Hosting;
using RecOps.Shared;
using RecOps.Shared.Catalog;

namespace RecOps.Client.Catalog;

/// <summary>Reads items, and changes their price and stock.</summary>
internal sealed class CatalogClient(ApiClient api)
{
    public Task<ApiResult<ItemLookupResponse>> LookupAsync(string[] itemIds, CancellationToken cancellation = default)
        => api.SendAsync(
            HttpMethod.Post, Routes.ItemLookup, new ItemLookupRequest { ItemIds = itemIds },
            ApiJson.Default.ItemLookupRequest, ApiJson.Default.ItemLookupResponse, cancellation);

    public Task<ApiResult<CatalogUpdateResponse>> SetStockAsync(
        string itemId, bool inStock, CancellationToken cancellation = default)
        => api.SendAsync(
            HttpMethod.Patch, Routes.CatalogItems,
            new CatalogUpdateRequest { Items = [new CatalogItemUpdate { ItemId = itemId, InStock = inStock }] },
            ApiJson.Default.CatalogUpdateRequest, ApiJson.Default.CatalogUpdateResponse, cancellation);
}
