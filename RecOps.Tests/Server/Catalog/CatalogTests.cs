using RecOps.Shared;
using RecOps.Shared.Catalog;
using Xunit;

namespace RecOps.Tests.Server.Catalog;

public sealed class CatalogTests(ServerFixture server)
{
    [Fact]
    public async Task Patch_PriceStockAndAttributes_SeenAtOnce()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();

        var response = await (await client.SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, """
            {"items":[
              {"itemId":"i3","price":9.99,"attributes":{"colour":null,"season":"winter"}},
              {"itemId":"gone","price":1},
              {"itemId":"i7","inStock":true},
              {"itemId":"i3","price":8.5}
            ]}
            """)).ReadAsync<CatalogUpdateResponse>();

        Assert.Equal(3, response.Updated);
        Assert.Equal(["gone"], response.MissingIds);
        ItemDetails[] items = await LookupAsync(client, "i3", "i7");
        Assert.Equal(8.5m, items[0].Price);
        Assert.Equal(new Dictionary<string, string> { ["season"] = "winter" }, items[0].Attributes);
        Assert.True(items[1].InStock);
    }

    [Fact]
    public async Task Lookup_SomeUnknown_KnownInTheOrderAsked()
    {
        ItemDetails[] items = await LookupAsync(server.Client, "i5", "no-such-item", "i3", "i7");

        Assert.Equal(["i5", "i3", "i7"], items.Select(item => item.ItemId));
        Assert.Null(items[0].Price);
        Assert.Equal(4.25m, items[1].Price);
        Assert.Equal("red", items[1].Attributes["colour"]);
        Assert.Equal(("Item 3", "category-3", "brand-0"), (items[1].Title, items[1].Category, items[1].Brand));
        Assert.False(items[2].InStock);
        Assert.Empty(items[2].Attributes);
    }

    [Theory]
    [InlineData("{}", "items")]
    [InlineData("""{"items":[]}""", "items")]
    [InlineData("""{"items":[null]}""", "items[0]")]
    [InlineData("""{"items":[{"itemId":"i1","price":1},{"price":1}]}""", "items[1].itemId")]
    [InlineData("""{"items":[{"itemId":"i1","price":-0.01}]}""", "items[0].price")]
    [InlineData("""{"items":[{"itemId":"i1","price":"cheap"}]}""", "items[0].price")]
    [InlineData("""{"items":[{"itemId":"i1","inStock":"yes"}]}""", "items[0].inStock")]
    [InlineData("""{"items":[{"itemId":"i1"}]}""", "items[0]")]
    [InlineData("""{"items":[{"itemId":"i1","attributes":{"":"x"}}]}""", "items[0].attributes.")]
    [InlineData("""{"items":[{"itemId":"i1","attributes":{"a":5}}]}""", "items[0].attributes.a")]
    public async Task Patch_BadInput_NamesTheField(string json, string field)
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, json);

        await answer.ExpectFieldsAsync(field);
    }

    [Fact]
    public async Task Patch_SeveralMistakes_AllNamedAndNothingChanged()
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(
            HttpMethod.Patch, Routes.CatalogItems, """{"items":[{"itemId":"i2","price":77},{"price":-1},{"itemId":"i1"}]}""");

        await answer.ExpectFieldsAsync("items[1].itemId", "items[1].price", "items[2]");
        Assert.Equal(3.25m, (await LookupAsync(server.Client, "i2"))[0].Price);
    }

    [Theory]
    [InlineData("{}", "itemIds")]
    [InlineData("""{"itemIds":[""]}""", "itemIds[0]")]
    [InlineData("""{"itemIds":[5]}""", "itemIds[0]")]
    public async Task Lookup_BadInput_NamesTheField(string json, string field)
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(HttpMethod.Post, Routes.ItemLookup, json);

        await answer.ExpectFieldsAsync(field);
    }

    [Fact]
    public async Task TooMany_ItemsOrIds_NamesTheField()
    {
        string items = $$"""{"items":[{{string.Join(",", Enumerable.Repeat("""{"itemId":"i1","price":1}""", 1001))}}]}""";
        string ids = $$"""{"itemIds":[{{string.Join(",", Enumerable.Repeat("\"i1\"", 501))}}]}""";

        await (await server.Client.SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, items)).ExpectFieldsAsync("items");
        await (await server.Client.SendJsonAsync(HttpMethod.Post, Routes.ItemLookup, ids)).ExpectFieldsAsync("itemIds");
    }

    private static async Task<ItemDetails[]> LookupAsync(HttpClient client, params string[] ids)
    {
        string json = $$"""{"itemIds":[{{string.Join(",", ids.Select(id => $"\"{id}\""))}}]}""";
        return (await (await client.SendJsonAsync(HttpMethod.Post, Routes.ItemLookup, json)).ReadAsync<ItemLookupResponse>()).Items;
    }
}
