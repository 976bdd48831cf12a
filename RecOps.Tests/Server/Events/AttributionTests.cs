using System.Net.Http.Json;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Events;

public sealed class AttributionTests
{
    [Fact]
    public async Task Report_ClicksAndPurchasesOfLists_ByWhatTheListWas()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        RecommendationResponse computed = await application.RecommendAsync("u1");
        RecommendationResponse kept = await application.RecommendAsync("u1");
        await application.RecommendAsync(new RecommendationRequest { UserId = "stranger", Placement = "cart" });

        // A click sent twice is one click; an unknown list is not counted.
        await SendAsync(client, "u1", "i1", ShopEventType.Click, kept.RequestId);
        await SendAsync(client, "u1", "i1", ShopEventType.Click, kept.RequestId);
        await SendAsync(client, "u1", "i5", ShopEventType.Purchase, computed.RequestId);
        await SendAsync(client, "u1", "i9", ShopEventType.Purchase, "no-such-list-anywhere");
        await SendAsync(client, "u1", "i13", ShopEventType.Click, null);
        AttributionReport report = await client.GetAsync<AttributionReport>(Routes.Attribution);

        Assert.Equal([new("home", 2, 1, 1), new("cart", 1, 0, 0)], report.Placements);
        Assert.Equal(
            [new("computed", 1, 0, 1), new("l1", 1, 1, 0), new("popular", 1, 0, 0)],
            report.Sources.OrderBy(row => row.Name, StringComparer.Ordinal)
        );
        Assert.Equal([new(TestBundle.ModelVersion, 3, 1, 1)], report.Models);
        Assert.Equal([new("1", 2, 1, 1), new("none", 1, 0, 0)], report.Clusters);
        Assert.Equal(0.5, report.Placements[0].ClickRate);
    }

    [Fact]
    public async Task Report_HoursLater_OnlyTheHoursAsked()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        RecommendationResponse list = await application.RecommendAsync("u1");
        application.Time.AdjustTime(RecOpsApplication.Start.AddHours(1));
        await SendAsync(client, "u1", "i1", ShopEventType.Purchase, list.RequestId);

        Assert.Equal([new("home", 1, 0, 1)], (await client.GetAsync<AttributionReport>(Routes.Attribution + "?hours=24")).Placements);
        Assert.Equal([new("home", 0, 0, 1)], (await client.GetAsync<AttributionReport>(Routes.Attribution + "?hours=1")).Placements);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("25")]
    [InlineData("a")]
    public async Task Report_HoursThatAreNone_NamesTheField(string hours)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        await (
            await application.CreateClient().GetAsync($"{Routes.Attribution}?hours={hours}", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync("hours");
    }

    private static async Task SendAsync(HttpClient client, string user, string item, string type, string? requestId)
    {
        var request = new EventsRequest
        {
            Events =
            [
                new ShopEvent
                {
                    UserId = user,
                    ItemId = item,
                    Type = type,
                    RequestId = requestId,
                },
            ],
        };
        (
            await client.PostAsJsonAsync(Routes.Events, request, RecOpsApplication.Json, TestContext.Current.CancellationToken)
        ).EnsureSuccessStatusCode();
    }
}
