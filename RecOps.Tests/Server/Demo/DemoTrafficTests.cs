using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Demo;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Demo;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Demo;

public sealed class DemoTrafficTests(ServerFixture server)
{
    [Fact]
    public async Task Put_RateAndSwitch_StateChanges()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        Assert.Equal(new DemoTrafficState(false, 30, 1000), await client.GetAsync<DemoTrafficState>(Routes.DemoTraffic));

        await (
            await client.SendJsonAsync(HttpMethod.Put, Routes.DemoTraffic, """{"requestsPerSecond":250.5}""")
        ).ReadAsync<DemoTrafficState>();
        var changed = await (
            await client.SendJsonAsync(HttpMethod.Put, Routes.DemoTraffic, """{"enabled":true}""")
        ).ReadAsync<DemoTrafficState>();

        Assert.Equal(new DemoTrafficState(true, 250.5, 1000), changed);
        Assert.Equal(changed, await client.GetAsync<DemoTrafficState>(Routes.DemoTraffic));
    }

    [Fact]
    public async Task Get_ProductionWithNothingSet_IsNotThere()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?> { ["Demo:Traffic"] = null }
        );
        using HttpResponseMessage answer = await application
            .CreateClient()
            .GetAsync(Routes.DemoTraffic, TestContext.Current.CancellationToken);
        await answer.ExpectProblemAsync(System.Net.HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("demo", true)]
    [InlineData("my-shop", false)]
    public async Task Get_DevelopmentWithNothingSet_OnlyTheDemoShopIsVisited(string name, bool isVisited)
    {
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation { Name = name });
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new Dictionary<string, string?>
            {
                ["environment"] = "Development",
                ["Demo:Traffic"] = null,
                ["Models:Active"] = name,
            },
            models: models
        );

        var state = await application.CreateClient().GetAsync<DemoTrafficState>(Routes.DemoTraffic);

        Assert.Equal(isVisited, state.Enabled);
    }

    [Theory]
    [InlineData("""{"requestsPerSecond":-1}""", "requestsPerSecond")]
    [InlineData("""{"requestsPerSecond":1000.1}""", "requestsPerSecond")]
    [InlineData("""{"requestsPerSecond":"fast"}""", "requestsPerSecond")]
    [InlineData("""{"enabled":"yes"}""", "enabled")]
    public async Task Put_BadInput_NamesTheField(string json, string field) =>
        await (await server.Client.SendJsonAsync(HttpMethod.Put, Routes.DemoTraffic, json)).ExpectFieldsAsync(field);

    [Fact]
    public void NextRequest_ManyShoppers_LongTailOfUsersAndAllPlacements()
    {
        ServingModel model = server.Application.Services.GetRequiredService<ActiveModel>().Current!;
        string[] placements = ["home", "product", "cart", "category", "search", "email"];
        var shoppers = new DemoShoppers(new Random(1), placements);

        RecommendationRequest[] requests = [.. Enumerable.Range(0, 5000).Select(_ => shoppers.NextRequest(model))];

        Assert.Equal(placements.Order(), requests.Select(request => request.Placement!).Distinct().Order());
        Assert.All(requests, request => Assert.Equal(request.Placement == "product", request.ItemId is not null));
        int[] visits =
        [
            .. requests
                .Where(r => !r.UserId!.StartsWith("visitor-", StringComparison.Ordinal))
                .GroupBy(r => r.UserId)
                .Select(g => g.Count())
                .OrderDescending(),
        ];
        Assert.InRange(requests.Length - visits.Sum(), 150, 350);
        Assert.Equal(TestBundle.Users, visits.Length);
        Assert.True(visits[0] > 10 * visits[^1]);
    }

    [Fact]
    public void React_ManyLists_FewerGoFurtherAndCarryTheRequestId()
    {
        var shoppers = new DemoShoppers(new Random(1), ["home"]);
        var list = new RecommendationResponse
        {
            RequestId = "r",
            UserId = "u",
            Placement = "home",
            Source = "computed",
            Degraded = false,
            ModelVersion = "m",
            RulesVersion = 0,
            Items = [new RecommendedItem("a", 1, 0.5f, []), new RecommendedItem("b", 2, 0.4f, [])],
        };

        ShopEvent[] events = [.. Enumerable.Range(0, 4000).SelectMany(_ => shoppers.React(list))];

        int[] counts = [.. ShopEventType.All.Select(type => events.Count(e => e.Type == type))];
        Assert.Equal(counts.OrderDescending(), counts);
        Assert.All(counts, count => Assert.True(count > 0));
        Assert.All(events, e => Assert.Equal(("r", "u"), (e.RequestId, e.UserId)));
        Assert.Empty(shoppers.React(list with { Items = [] }));
    }
}
