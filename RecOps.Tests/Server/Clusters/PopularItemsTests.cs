using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Clusters;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Tests.Server.Catalog;
using RecOps.Tests.Server.Models;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Clusters;

public sealed class PopularItemsTests
{
    [Fact]
    public async Task Purchases_OfManyShoppers_LiftTheItemForVisitorsNobodyKnowsUntilTheyAreOld()
    {
        var time = new SkippingTime();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["Serving:DeadlineMs"] = "20000" },
            services => services.AddSingleton<TimeProvider>(time)
        );
        RecommendationResponse before = await application.RecommendAsync("nobody");

        await BuyAsync(application, "i41", shoppers: 60);
        time.Skip(TimeSpan.FromSeconds(1));

        await Waiting.UntilAsync(async () => await FirstAsync(application) == "i41");
        RecommendationResponse after = await application.RecommendAsync("nobody");
        Assert.Equal((RecommendationSource.Popular, false), (after.Source, after.Degraded));
        Assert.Equal(
            ["i41", .. before.Items.Select(item => item.ItemId).Where(id => id != "i41").Take(19)],
            after.Items.Select(item => item.ItemId)
        );

        // Two days are eight half-lives.
        time.Skip(TimeSpan.FromDays(2));
        await Waiting.UntilAsync(async () => await FirstAsync(application) == "i0");
        Assert.Equal(
            before.Items.Select(item => item.ItemId),
            (await application.RecommendAsync("nobody")).Items.Select(item => item.ItemId)
        );
    }

    [Fact]
    public async Task Purchases_OfOneShopper_CountOnce()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        ServingModel model = application.Models().Current!;

        // At different times, so that none counts as resent.
        await SendAsync(
            application,
            Enumerable.Range(0, 1000).Select(i => Purchase("u1", "i41") with { Timestamp = RecOpsApplication.Start.AddSeconds(-i) })
        );
        await SendAsync(application, [Purchase("u1", "i45") with { Type = ShopEventType.View }, Purchase("u1", "i45")]);

        Assert.Equal(1, model.Popular.Live.WeightOf(41), 0.001);
        Assert.Equal(1, model.Clusters.Popular[1].WeightOf(41), 0.001);
        Assert.Equal(1, model.Popular.Live.WeightOf(45), 0.001);
        application.Time.Advance(TimeSpan.FromSeconds(1));
        await Waiting.UntilAsync(() => model.Popular.Live.Items.IndexOf(41) < 41);
        Assert.Equal("i0", await FirstAsync(application));
    }

    [Fact]
    public async Task Purchases_OfLongAgo_CountAsLittleAsIsLeftOfThem()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        await SendAsync(
            application,
            Enumerable.Range(0, 60).Select(i => Purchase($"shopper-{i}", "i41") with { Timestamp = RecOpsApplication.Start.AddDays(-3) })
        );

        Assert.InRange(application.Models().Current!.Popular.Live.WeightOf(41), 0.001, 0.1);
    }

    [Fact]
    public async Task Rules_OverTheLivingList_HoldAsEver()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.PublishAsync(
            new Rule
            {
                Id = "hidden",
                Name = "Hidden",
                Select = new RuleSelection { Items = ["i41"] },
                Then = new RuleAction { Type = RuleType.Exclude },
            },
            new Rule
            {
                Id = "first",
                Name = "First of a category",
                Select = new RuleSelection { Categories = ["category-2"] },
                Then = new RuleAction { Type = RuleType.Pin, Position = 2 },
            }
        );
        Assert.Equal("i2", (await application.RecommendAsync("nobody")).Items[1].ItemId);

        await BuyAsync(application, "i41", shoppers: 80);
        await BuyAsync(application, "i45", shoppers: 70);
        await BuyAsync(application, "i58", shoppers: 60);
        application.Time.Advance(TimeSpan.FromSeconds(1));

        // Hidden items stay hidden, whoever buys them. A pin without a candidate takes what is popular now.
        await Waiting.UntilAsync(async () => await FirstAsync(application) == "i45");
        Assert.Equal("i58", (await application.RecommendAsync("nobody")).Items[1].ItemId);
        await Waiting.UntilAsync(() =>
            Assert.Single(application.Models().Current!.Rules.PinRules, pin => pin is not null)!.Instead[0] == 58
        );
        Assert.DoesNotContain((await application.RecommendAsync("nobody")).Items, item => item.ItemId == "i41");
        await application.ChangeAsync(new CatalogItemUpdate { ItemId = "i45", InStock = false });
        Assert.DoesNotContain((await application.RecommendAsync("nobody")).Items, item => item.ItemId == "i45");
    }

    [Fact]
    public async Task Start_AfterARestart_PopularIsWhatWasPopularBefore()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        int[] cluster;
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
        {
            await BuyAsync(first, "i41", shoppers: 60);
            first.Time.Advance(TimeSpan.FromSeconds(1));
            await Waiting.UntilAsync(async () => await FirstAsync(first) == "i41");
            cluster = first.Models().Current!.Clusters.PopularIn(1).ToArray();
            Assert.Equal(41, cluster[0]);
        }

        await using (RecOpsApplication second = await RecOpsApplication.StartAsync(settings))
        {
            Assert.Equal("i41", await FirstAsync(second));
            Assert.Equal(cluster, second.Models().Current!.Clusters.PopularIn(1).ToArray());
        }

        data.Write("popular.bin", "this is no such file");
        await using RecOpsApplication third = await RecOpsApplication.StartAsync(settings);
        Assert.Equal("i0", await FirstAsync(third));
    }

    [Fact]
    public async Task Activate_AnotherModel_PopularAsBefore()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync(new TestBundle.Variation { IsReversed = true });
        await BuyAsync(application, "i41", shoppers: 60);

        await application.CreateClient().ActivateAsync(TwoBundles.Other);
        application.Time.Advance(TimeSpan.FromSeconds(1));

        await Waiting.UntilAsync(async () => await FirstAsync(application) == "i41");
        ServingModel model = application.Models().Current!;
        Assert.True(model.Catalog.TryGetOrdinal("i41", out int item));
        Assert.Equal(60, model.Popular.Live.WeightOf(item), 0.5);
        Assert.Equal(60, model.Clusters.Popular[1].WeightOf(item), 0.5);
    }

    [Fact]
    public async Task Purchases_OnOneServer_KnownToTheOthersAndToThoseThatStartLater()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        Dictionary<string, string?> settings = new() { ["ConnectionStrings:Redis"] = redis.ConnectionString };
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings);
        await BuyAsync(one, "i41", shoppers: 60);

        await Waiting.UntilAsync(async () =>
        {
            Tick(one, two);
            return await FirstAsync(two) == "i41";
        });
        Assert.Equal(60, two.Models().Current!.Popular.Live.WeightOf(41), 1);
        Assert.Equal(60, two.Models().Current!.Clusters.Popular[1].WeightOf(41), 1);

        // Nobody receives their own message.
        for (int i = 0; i < 5; i++)
            Tick(one, two);
        Assert.Equal(60, one.Models().Current!.Popular.Live.WeightOf(41), 1);
        one.Time.Advance(TimeSpan.FromMinutes(1));
        await using RecOpsApplication three = await RecOpsApplication.StartAsync(settings);
        await Waiting.UntilAsync(async () =>
        {
            Tick(one, two, three);
            return await FirstAsync(three) == "i41";
        });
    }

    [Fact]
    public async Task Ordinals_AfterAnything_AreAllItemsOnceAndTheBestOfAnyFirst()
    {
        using Bundle bundle = Bundle.Open(Path.Combine(await TestBundle.SharedAsync(), TestBundle.Name));
        var time = new FakeTimeProvider(RecOpsApplication.Start);
        var popular = new PopularItems(bundle.Popularity, time);
        var random = new Random(3);
        for (int round = 0; round < 50; round++)
        {
            for (int i = random.Next(40); i >= 0; i--)
                popular.Live.Add(random.Next(TestBundle.Items), random.Next(1, 30), time.GetUtcNow());
            popular.Refresh();

            int[] order = popular.Ordinals.ToArray();
            Assert.Equal(Enumerable.Range(0, TestBundle.Items), order.Order());
            double[] weights =
            [
                .. order.Select(item =>
                    popular.Live.WeightOf(item) + (LiveList.PriorWeight * (TestBundle.Items - item) / TestBundle.Items)
                ),
            ];
            Assert.Equal(weights.OrderDescending(), weights);
            int limit = random.Next(1, 20);
            Assert.Equal(order.Where(item => item % 3 == 1).Take(limit), popular.Best(limit, item => item % 3 == 1));
            time.Advance(TimeSpan.FromMinutes(random.Next(200)));
        }
    }

    private static void Tick(params RecOpsApplication[] servers)
    {
        foreach (RecOpsApplication server in servers)
            server.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task<string> FirstAsync(RecOpsApplication application) =>
        (await application.RecommendAsync("nobody")).Items[0].ItemId;

    private static ShopEvent Purchase(string userId, string itemId) =>
        new()
        {
            UserId = userId,
            ItemId = itemId,
            Type = ShopEventType.Purchase,
        };

    private static Task BuyAsync(RecOpsApplication application, string itemId, int shoppers) =>
        SendAsync(application, Enumerable.Range(0, shoppers).Select(i => Purchase($"shopper-of-{itemId}-{i}", itemId)));

    private static async Task SendAsync(RecOpsApplication application, IEnumerable<ShopEvent> events)
    {
        using HttpResponseMessage answer = await application
            .CreateClient()
            .PostAsJsonAsync(
                Routes.Events,
                new EventsRequest { Events = [.. events] },
                RecOpsApplication.Json,
                TestContext.Current.CancellationToken
            );
        Assert.Empty((await answer.ReadAsync<EventsResponse>(HttpStatusCode.Accepted)).Rejected);
    }
}
