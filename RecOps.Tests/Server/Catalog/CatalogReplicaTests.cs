using System.Net;
using System.Text.Json;
using Npgsql;
using RecOps.Server.Catalog;
using RecOps.Server.Storage;
using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;
using RecOps.Tests.Server.Models;
using Xunit;

namespace RecOps.Tests.Server.Catalog;

public sealed class CatalogReplicaTests
{
    private static readonly string[] Names = ["colour", "größe ", "$.a\"b"];
    private static readonly string[] Values = ["red", "", "\"quoted\" and \\", "çok güzel 😀", "{\"a\":null}"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Patch_OnOneServer_InEffectOnTheOthers(bool withRedis)
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        await using RedisServer? redis = withRedis ? await RedisServer.StartAsync() : null;
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        settings["ConnectionStrings:Redis"] = redis?.ConnectionString;
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        Assert.Contains((await two.RecommendAsync("u1")).Items, item => item.ItemId == "i41");

        await one.ChangeAsync(
            new() { ItemId = "i41", InStock = false },
            new()
            {
                ItemId = "i3",
                Price = 9.99m,
                Attributes = new() { ["colour"] = null, ["season"] = "winter" },
            }
        );

        await Waiting.UntilAsync(async () => (await two.ItemAsync("i3")).Price == 9.99m);
        Assert.Equal(new Dictionary<string, string> { ["season"] = "winter" }, (await two.ItemAsync("i3")).Attributes);
        foreach (RecOpsApplication server in new[] { one, two })
            Assert.DoesNotContain((await server.RecommendAsync("u1")).Items, item => item.ItemId == "i41");

        // And back, from the other server.
        await two.ChangeAsync(new CatalogItemUpdate { ItemId = "i41", InStock = true });
        await Waiting.UntilAsync(async () => (await one.ItemAsync("i41")).InStock);
        Assert.Contains((await one.RecommendAsync("u5")).Items, item => item.ItemId == "i41");
        Assert.Equal(await one.EverythingAsync(), await two.EverythingAsync());
    }

    [Fact]
    public async Task Patch_DifferentFieldsOnTwoServersAtOnce_NoneIsLost()
    {
        const int rounds = 20;
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        string[] ids = [.. Enumerable.Range(0, TestBundle.Items).Select(i => $"i{i}")];
        async Task SayAsync(RecOpsApplication server, bool backwards, Func<int, CatalogItemUpdate> what)
        {
            for (int round = 1; round <= rounds; round++)
            {
                CatalogItemUpdate update = what(round);
                await server.ChangeAsync([.. (backwards ? ids.Reverse() : ids).Select(id => update with { ItemId = id })]);
            }
        }

        await Task.WhenAll(
            SayAsync(one, backwards: false, round => new CatalogItemUpdate { Price = round }),
            SayAsync(two, backwards: true, round => new CatalogItemUpdate { InStock = round % 2 == 0 }),
            SayAsync(one, backwards: true, round => new CatalogItemUpdate { Attributes = new() { ["one"] = $"{round}" } }),
            SayAsync(
                two,
                backwards: false,
                round => new CatalogItemUpdate
                {
                    Attributes = new() { ["two"] = $"{round}", ["colour"] = null },
                }
            )
        );

        string[] expected =
        [
            .. ids.Select(id => CatalogConsole.Text(id, rounds, true, new() { ["one"] = $"{rounds}", ["two"] = $"{rounds}" })),
        ];
        foreach (RecOpsApplication server in new[] { one, two })
            await Waiting.UntilAsync(async () => await server.EverythingAsync() == string.Join('\n', expected));
    }

    [Fact]
    public async Task Patch_SameItemsOnTwoServersAtOnce_BothServeWhatTheDatabaseHas()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async writer =>
                {
                    var random = new Random(writer);
                    for (int call = 0; call < 15; call++)
                        await (writer % 2 == 0 ? one : two).ChangeAsync([
                            .. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => RandomChange(random)),
                        ]);
                })
        );

        CatalogItem[] rows = await one.RowsAsync();
        Assert.Equal(rows.Length, rows.Select(row => row.Version).Distinct().Count());
        foreach (RecOpsApplication server in new[] { one, two })
        {
            await Waiting.UntilAsync(async () =>
            {
                ItemDetails[] items = await server.ItemsAsync([.. rows.Select(row => row.ItemId)]);
                return rows.Zip(items)
                    .All(pair =>
                        (pair.First.Price is null || pair.First.Price == pair.Second.Price)
                        && (pair.First.InStock is null || pair.First.InStock == pair.Second.InStock)
                        && HasAll(pair.Second, pair.First.Attributes)
                    );
            });
        }

        await Waiting.UntilAsync(async () => await one.EverythingAsync() == await two.EverythingAsync());
    }

    [Fact]
    public async Task Patch_WhileAnotherTransactionHasALowerNumber_WaitsSoThatNoneIsMissed()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        await one.ChangeAsync(new CatalogItemUpdate { ItemId = "i1", Price = 1 });
        await using var connection = new NpgsqlConnection(settings["ConnectionStrings:Database"]);
        await connection.OpenAsync(Cancellation);
        await using NpgsqlTransaction slow = await connection.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(
            connection,
            """
            UPDATE "Epochs" SET "Value" = 2 WHERE "Subject" = 'catalog';
            INSERT INTO "CatalogItems" ("ItemId", "Price", "Version", "ChangedAt") VALUES ('i2', 2, 2, now())
            """
        );

        Task<CatalogUpdateResponse> waiting = one.ChangeAsync(new CatalogItemUpdate { ItemId = "i3", Price = 3 });
        await using (var looking = new NpgsqlConnection(settings["ConnectionStrings:Database"]))
        {
            await looking.OpenAsync(Cancellation);
            await Waiting.UntilAsync(async () => await ScalarAsync(looking, "SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
        }

        Assert.False(waiting.IsCompleted);
        await slow.CommitAsync(Cancellation);
        await waiting;
        await Waiting.UntilAsync(async () =>
            (await two.ItemsAsync("i1", "i2", "i3")).Select(item => item.Price).SequenceEqual([1m, 2m, 3m])
        );
        Assert.Equal([1L, 2L, 3L], (await one.RowsAsync()).Select(row => row.Version));
    }

    [Fact]
    public async Task Patch_DatabaseAway_503AndNothingChangedAnywhere()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        string before = await one.EverythingAsync();

        postgres.Kill();
        using (
            HttpResponseMessage refused = await one.PatchAsync(
                new CatalogItemUpdate
                {
                    ItemId = "i1",
                    InStock = false,
                    Price = 77,
                }
            )
        )
        {
            Assert.NotNull(refused.Headers.RetryAfter);
            JsonElement problem = await refused.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.Contains("nothing was changed", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, await one.EverythingAsync());
        Assert.Equal(before, await two.EverythingAsync());
        await postgres.StartAgainAsync();
        await Waiting.UntilAsync(async () =>
        {
            using HttpResponseMessage answer = await two.PatchAsync(new CatalogItemUpdate { ItemId = "i2", Price = 78 });
            return answer.StatusCode == HttpStatusCode.OK;
        });
        await Waiting.UntilAsync(async () => (await one.ItemAsync("i2")).Price == 78);
        Assert.Equal((2.25m, true), ((await one.ItemAsync("i1")).Price!.Value, (await two.ItemAsync("i1")).InStock));
        Assert.Equal(["i2"], (await one.RowsAsync()).Select(row => row.ItemId));
    }

    [Fact]
    public async Task Start_WithoutItsDatabase_TheShopsLastWordHolds()
    {
        using var data = new TempDirectory();
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        settings["Data:Directory"] = data.Path;
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

        postgres.Kill();
        await using (RecOpsApplication second = await RecOpsApplication.StartUnreadyAsync(settings))
        {
            await second.Models().Settled.WaitAsync(Cancellation);
            Assert.DoesNotContain((await second.RecommendAsync("u1")).Items, item => item.ItemId == "i41");
        }

        // Once the database is back, the changes of other servers are applied, and nothing else.
        await postgres.StartAgainAsync();
        await using RecOpsApplication third = await RecOpsApplication.StartAsync(settings);
        Assert.Equal(before, await third.EverythingAsync());
        await third.ChangeAsync(new CatalogItemUpdate { ItemId = "i41", InStock = true });
        Assert.True((await third.ItemAsync("i41")).InStock);
    }

    [Fact]
    public async Task Start_WithAnotherDatabase_ItsNumbersAreNotTakenForTheOldOnes()
    {
        using var data = new TempDirectory();
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        await using (RecOpsApplication other = await RecOpsApplication.StartAsync(settings))
            await other.ChangeAsync(new CatalogItemUpdate { ItemId = "i9", Price = 5 });
        string shop = settings["ConnectionStrings:Database"]!;
        settings = await SettingsAsync(postgres);
        settings["Data:Directory"] = data.Path;
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
        {
            for (int price = 1; price <= 5; price++)
                await first.ChangeAsync(new CatalogItemUpdate { ItemId = "i1", Price = price });
        }

        settings["ConnectionStrings:Database"] = shop;
        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings);

        await Waiting.UntilAsync(async () => (await second.ItemAsync("i9")).Price == 5);
    }

    [Fact]
    public async Task Activate_OnAServerThatWasNotTold_TheShopsLastWordHolds()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        string models = await TwoBundles.WriteAsync(new TestBundle.Variation { IsReversed = true });
        Dictionary<string, string?> settings = await SettingsAsync(postgres);
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings, models: models);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings, signIn: false, models: models);
        two.Cookie = one.Cookie;
        await one.ChangeAsync(
            new CatalogItemUpdate
            {
                ItemId = "i41",
                InStock = false,
                Price = 3,
                Attributes = new() { ["season"] = "winter" },
            }
        );

        await two.CreateClient().ActivateAsync(TwoBundles.Other);

        await Waiting.UntilAsync(async () => (await two.ItemAsync("i41")).Price == 3);
        RecommendationResponse list = await two.RecommendAsync("u1");
        Assert.Equal(TwoBundles.OtherModel, list.ModelVersion);
        Assert.DoesNotContain(list.Items, item => item.ItemId == "i41");
        await Waiting.UntilAsync(() => one.Models().Current!.Bundle == TwoBundles.Other);
        Assert.Equal(await two.EverythingAsync(), await one.EverythingAsync());
    }

    [Theory]
    [InlineData(DatabaseOptions.Sqlite)]
    [InlineData(DatabaseOptions.Postgres)]
    public async Task Patch_ThousandChangesACallManyTimes_AsAPlainDictionaryHasIt(string provider)
    {
        using var data = new TempDirectory();
        await using PostgresServer? postgres = provider == DatabaseOptions.Postgres ? await PostgresServer.StartAsync() : null;
        Dictionary<string, string?> settings = postgres is null ? [] : await SettingsAsync(postgres);
        settings["Data:Directory"] = data.Path;
        var random = new Random(7);
        string expected;
        await using (RecOpsApplication application = await RecOpsApplication.StartAsync(settings))
        {
            Dictionary<string, ItemDetails> reference = (
                await application.ItemsAsync([.. Enumerable.Range(0, TestBundle.Items).Select(i => $"i{i}")])
            ).ToDictionary(item => item.ItemId);
            for (int call = 0; call < 20; call++)
            {
                CatalogItemUpdate[] changes = [.. Enumerable.Range(0, 1000).Select(_ => RandomChange(random))];
                CatalogUpdateResponse response = await application.ChangeAsync(changes);
                Assert.Equal((1000, 0), (response.Updated, response.MissingIds.Length));
                foreach (CatalogItemUpdate change in changes)
                    reference[change.ItemId!] = Changed(reference[change.ItemId!], change);
            }

            expected = string.Join(
                '\n',
                reference.Values.Select(item => CatalogConsole.Text(item.ItemId, item.Price, item.InStock, item.Attributes))
            );
            Assert.Equal(expected, await application.EverythingAsync());
        }

        await using (RecOpsApplication again = await RecOpsApplication.StartAsync(settings))
            Assert.Equal(expected, await again.EverythingAsync());

        // The copy in the data directory is not the only source.
        File.Delete(data.At("catalog.bin"));
        await using RecOpsApplication withoutCopy = await RecOpsApplication.StartAsync(settings);
        await Waiting.UntilAsync(async () => await withoutCopy.EverythingAsync() == expected);
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync(PostgresServer postgres) =>
        new() { ["Database:Provider"] = DatabaseOptions.Postgres, ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync() };

    /// <summary>Some of the fields, at least one.</summary>
    private static CatalogItemUpdate RandomChange(Random random)
    {
        int fields = 1 + random.Next(7);
        return new CatalogItemUpdate
        {
            ItemId = $"i{random.Next(TestBundle.Items)}",
            Price = (fields & 1) != 0 ? random.Next(1_000_000) / 100m : null,
            InStock = (fields & 2) != 0 ? random.Next(4) > 0 : null,
            Attributes =
                (fields & 4) != 0
                    ? Names[..(1 + random.Next(Names.Length))]
                        .ToDictionary(name => name, _ => random.Next(3) == 0 ? null : Values[random.Next(Values.Length)])
                    : null,
        };
    }

    private static ItemDetails Changed(ItemDetails before, CatalogItemUpdate change)
    {
        var attributes = new Dictionary<string, string>(before.Attributes, StringComparer.Ordinal);
        foreach ((string name, string? value) in change.Attributes ?? [])
        {
            if (string.IsNullOrEmpty(value))
                attributes.Remove(name);
            else
                attributes[name] = value;
        }

        return before with
        {
            Price = change.Price ?? before.Price,
            InStock = change.InStock ?? before.InStock,
            Attributes = attributes,
        };
    }

    private static bool HasAll(ItemDetails item, string? attributes) =>
        attributes is null
        || JsonSerializer
            .Deserialize<Dictionary<string, string>>(attributes)!
            .All(pair => item.Attributes.GetValueOrDefault(pair.Key, "") == pair.Value);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
