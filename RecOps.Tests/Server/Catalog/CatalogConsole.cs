using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Catalog;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Catalog;
using Xunit;

namespace RecOps.Tests.Server.Catalog;

/// <summary>Calls that catalogue tests make.</summary>
internal static class CatalogConsole
{
    public static Task<HttpResponseMessage> PatchAsync(this RecOpsApplication application, params CatalogItemUpdate[] items) =>
        application
            .CreateClient()
            .SendJsonAsync(
                HttpMethod.Patch,
                Routes.CatalogItems,
                JsonSerializer.Serialize(new CatalogUpdateRequest { Items = items }, RecOpsApplication.Json)
            );

    public static async Task<CatalogUpdateResponse> ChangeAsync(this RecOpsApplication application, params CatalogItemUpdate[] items)
    {
        using HttpResponseMessage answer = await application.PatchAsync(items);
        return await answer.ReadAsync<CatalogUpdateResponse>();
    }

    public static async Task<ItemDetails[]> ItemsAsync(this RecOpsApplication application, params string[] ids)
    {
        using HttpResponseMessage answer = await application
            .CreateClient()
            .SendJsonAsync(
                HttpMethod.Post,
                Routes.ItemLookup,
                JsonSerializer.Serialize(new ItemLookupRequest { ItemIds = ids }, RecOpsApplication.Json)
            );
        return (await answer.ReadAsync<ItemLookupResponse>()).Items;
    }

    public static async Task<ItemDetails> ItemAsync(this RecOpsApplication application, string id) => (await application.ItemsAsync(id))[0];

    /// <summary>The full state of items, as comparable text.</summary>
    public static async Task<string> EverythingAsync(this RecOpsApplication application) =>
        string.Join(
            '\n',
            (await application.ItemsAsync([.. Enumerable.Range(0, TestBundle.Items).Select(i => $"i{i}")])).Select(item =>
                Text(item.ItemId, item.Price, item.InStock, item.Attributes)
            )
        );

    public static string Text(string id, decimal? price, bool inStock, Dictionary<string, string> attributes) =>
        FormattableString.Invariant($"{id} {price:0.####} {inStock} ")
        + string.Join(' ', attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    public static async Task<CatalogItem[]> RowsAsync(this RecOpsApplication application)
    {
        await using AsyncServiceScope scope = application.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<RecOpsDatabase>()
            .CatalogItems.AsNoTracking()
            .OrderBy(row => row.Version)
            .ToArrayAsync(TestContext.Current.CancellationToken);
    }

    public static async Task ExecuteAsync(this RecOpsApplication application, string sql)
    {
        await using AsyncServiceScope scope = application.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<RecOpsDatabase>()
            .Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
    }
}
