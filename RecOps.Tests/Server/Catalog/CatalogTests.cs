using Microsoft.Extensions.Options;
using RecOps.Server.Catalog;
using RecOps.Server.Storage;
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

        var response = await (
            await client.SendJsonAsync(
                HttpMethod.Patch,
                Routes.CatalogItems,
                """
                {"items":[
                  {"itemId":"i3","price":9.99,"attributes":{"colour":null,"season":"winter"}},
                  {"itemId":"gone","price":1},
                  {"itemId":"i7","inStock":true},
                  {"itemId":"i3","price":8.5}
                ]}
                """
            )
        ).ReadAsync<CatalogUpdateResponse>();

        Assert.Equal(3, response.Updated);
        Assert.Equal(["gone"], response.MissingIds);
        ItemDetails[] items = await LookupAsync(client, "i3", "i7");
        Assert.Equal(8.5m, items[0].Price);
        Assert.Equal(new Dictionary<string, string> { ["season"] = "winter" }, items[0].Attributes);
        Assert.True(items[1].InStock);
    }

    [Fact]
    public async Task Patch_BeforeARestart_HoldsAfterIt()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        string before;
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
        {
            await first.ChangeAsync(
                new() { ItemId = "i41", InStock = false },
                new()
                {
                    ItemId = "i3",
                    Price = 9.99m,
                    Attributes = new() { ["colour"] = null, ["season"] = "winter" },
                }
            );
            before = await first.EverythingAsync();
        }

        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings);

        Assert.Equal(before, await second.EverythingAsync());
        Assert.DoesNotContain((await second.RecommendAsync("u1")).Items, item => item.ItemId == "i41");
    }

    [Fact]
    public async Task Start_CopyOfTheCatalogueDamagedAtItsEnd_WholeAgainFromTheDatabase()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
        {
            for (int i = 0; i < 5; i++)
            {
                await first.ChangeAsync(new CatalogItemUpdate { ItemId = $"i{i}", Price = 100 + i });
                first.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        byte[] copy = await File.ReadAllBytesAsync(data.At("catalog.bin"), TestContext.Current.CancellationToken);
        data.Write("catalog.bin", copy[..^3]);
        await using (RecOpsApplication second = await RecOpsApplication.StartAsync(settings))
            await Waiting.UntilAsync(async () =>
                (await second.ItemsAsync("i0", "i1", "i2", "i3", "i4"))
                    .Select(item => item.Price)
                    .SequenceEqual([100m, 101m, 102m, 103m, 104m])
            );
        byte[] mended = await File.ReadAllBytesAsync(data.At("catalog.bin"), TestContext.Current.CancellationToken);
        var rows = new Dictionary<string, KnownItem>();
        (CatalogMark mark, bool isWhole) = new CatalogFile(
            new DataDirectory(Options.Create(new DataOptions { Directory = data.Path }))
        ).Read(row => rows[row.Id] = row);

        Assert.NotEqual(copy[..^3], mended);
        Assert.Equal((true, new CatalogMark(5, "i4")), (isWhole, mark));
        Assert.Equal([100.0, 101, 102, 103, 104], rows.Values.OrderBy(row => row.Version).Select(row => row.Price));
    }

    [Fact]
    public async Task Load_MoreChangesThanAPage_AllInEffectAndUnknownItemsKeptForModelsThatKnowThem()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        await application.ExecuteAsync(
            """
            INSERT INTO "CatalogItems" ("ItemId", "Price", "Version", "ChangedAt")
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 23456)
            SELECT CASE n WHEN 12345 THEN 'i2' WHEN 23456 THEN 'i3' ELSE 'x' || n END, '5.5', n, 0 FROM numbers;
            INSERT INTO "Epochs" ("Subject", "Value") VALUES ('catalog', 23456);
            """
        );
        await Waiting.UntilAsync(async () => (await application.ItemsAsync("i2", "i3")).All(item => item.Price == 5.5m));

        // An item of another model is reported as missing, and known again when that model is back.
        CatalogUpdateResponse response = await application.ChangeAsync(
            new() { ItemId = "x7", Price = 7 },
            new() { ItemId = "never-heard-of", Price = 7 },
            new() { ItemId = "i2", Price = 7 }
        );

        Assert.Equal(1, response.Updated);
        Assert.Equal(["x7", "never-heard-of"], response.MissingIds);
        Assert.Equal(
            [("x7", 7m, 23457L), ("i2", 7m, 23458L)],
            (await application.RowsAsync())[^2..].Select(row => (row.ItemId, row.Price!.Value, row.Version))
        );
        Assert.DoesNotContain(await application.RowsAsync(), row => row.ItemId == "never-heard-of");
    }

    [Fact]
    public async Task Patch_MoreAttributesThanAnItemMayHave_NamesTheItemAndChangesNothing()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        static CatalogItemUpdate Large(int call) =>
            new()
            {
                ItemId = "i2",
                Price = 50 + call,
                Attributes = Enumerable.Range(0, 32).ToDictionary(i => $"{call}-{i}", string? (_) => new string('x', 512)),
            };
        for (int call = 0; call < 3; call++)
            await application.ChangeAsync(Large(call));
        string before = await application.EverythingAsync();

        using HttpResponseMessage answer = await application.PatchAsync(new() { ItemId = "i1", Price = 1000 }, Large(3));

        await answer.ExpectFieldsAsync("items[1].attributes");
        Assert.Equal(before, await application.EverythingAsync());
        Assert.Equal(52, Assert.Single(await application.RowsAsync()).Price);
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
    [InlineData("""{"items":[{"itemId":"i1","attributes":{"a":"\u0000"}}]}""", "items[0].attributes.a")]
    public async Task Patch_BadInput_NamesTheField(string json, string field)
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, json);

        await answer.ExpectFieldsAsync(field);
    }

    [Fact]
    public async Task Patch_SeveralMistakes_AllNamedAndNothingChanged()
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(
            HttpMethod.Patch,
            Routes.CatalogItems,
            """{"items":[{"itemId":"i2","price":77},{"price":-1},{"itemId":"i1"}]}"""
        );

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
