using System.Net;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Users;
using Xunit;

namespace RecOps.Tests.Server.Events;

public sealed class EventTests(ServerFixture server)
{
    [Fact]
    public async Task Post_PurchaseOfKnownUser_NextAnswerDiffers()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        RecommendationResponse before = await application.RecommendAsync("u1");

        await application.SendEventAsync("u1", "i2", ShopEventType.Purchase);
        RecommendationResponse after = await application.RecommendAsync("u1");

        Assert.NotEqual(
            before.Items.Select(item => (item.ItemId, item.Score)), after.Items.Select(item => (item.ItemId, item.Score)));
        Assert.Contains(after.Items.Take(5), item => item.ItemId == "i2");
    }

    [Fact]
    public async Task Post_ViewsOfUnknownUser_NextListIsOfThatBehaviour()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        Assert.Equal(RecommendationSource.Popular, (await application.RecommendAsync("newcomer")).Source);

        await application.SendEventAsync("newcomer", "i2", ShopEventType.View);
        RecommendationResponse after = await application.RecommendAsync(new RecommendationRequest { UserId = "newcomer", Count = 5 });

        Assert.Equal(RecommendationSource.Computed, after.Source);
        Assert.All(after.Items, item => Assert.Equal(2, TestBundle.BehaviourOf(item.ItemId)));
        var profile = await application.CreateClient().GetAsync<UserProfile>(Routes.Profile("newcomer"));
        Assert.False(profile.Known);
        Assert.Equal(2, profile.ClusterId);
        Assert.Equal(("i2", ShopEventType.View), (profile.History[0].Item.ItemId, profile.History[0].Type));
    }

    [Fact]
    public async Task Post_MixedEvents_GoodTakenOthersRejectedWithReason()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpResponseMessage answer = await application.CreateClient().SendJsonAsync(HttpMethod.Post, Routes.Events, $$"""
            {"events":[
              {"userId":"e1","itemId":"i1","type":"view","requestId":"abc"},
              {"itemId":"i1","type":"view"},
              {"userId":"{{new string('x', 129)}}","itemId":"i1","type":"view"},
              {"userId":"e1","type":"view"},
              {"userId":"e1","itemId":"i1","type":"hover"},
              {"userId":"e1","itemId":"no-such-item","type":"view"},
              {"userId":"e1","itemId":"i1","type":"view","timestamp":"2026-05-04T10:05:01Z"},
              {"userId":"e1","itemId":"i1","type":"view","timestamp":"1999-12-31T23:59:59Z"},
              null,
              {"userId":"e1","itemId":"i1","type":"view","requestId":"{{new string('x', 129)}}"},
              {"userId":"e1","itemId":"i1","type":"purchase","timestamp":"2026-05-04T10:05:00Z"},
              {"userId":"e1","itemId":"i1","type":"view","timestamp":"yesterday"},
              {"userId":"e1","itemId":"i1","type":"view","timestamp":[1]},
              {"userId":"e1","itemId":"i1","type":"view","timestamp":1e300},
              {"userId":"e1","itemId":"i2","type":"view","timestamp":1777888800.25}
            ]}
            """);
        var response = await answer.ReadAsync<EventsResponse>(HttpStatusCode.Accepted);

        Assert.Equal(3, response.Accepted);
        (int, string)[] expected =
        [
            (1, "userId"), (2, "userId"), (3, "itemId"), (4, "type"), (5, "no-such-item"), (6, "future"), (7, "before 2000"), (8, "null"),
            (9, "requestId"), (11, "timestamp is no time"), (12, "timestamp is no time"), (13, "timestamp is no time"),
        ];
        Assert.Equal(expected.Select(e => e.Item1), response.Rejected.Select(rejected => rejected.Index));
        Assert.All(expected.Zip(response.Rejected), pair => Assert.Contains(pair.First.Item2, pair.Second.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"events":[]}""", "events")]
    [InlineData("{}", "events")]
    [InlineData("""{"events":5}""", "events")]
    [InlineData("""{"events":[{"userId":7}]}""", "events[0].userId")]
    public async Task Post_BadRequest_NamesTheField(string json, string field)
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(HttpMethod.Post, Routes.Events, json);

        await answer.ExpectFieldsAsync(field);
    }

    [Fact]
    public async Task Post_TooManyEvents_NamesTheField()
    {
        string json = $$"""{"events":[{{string.Join(",", Enumerable.Repeat("{}", 1001))}}]}""";

        await (await server.Client.SendJsonAsync(HttpMethod.Post, Routes.Events, json)).ExpectFieldsAsync("events");
    }

    [Fact]
    public async Task Post_SentAgain_CountsOnce()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        const string body = """{"events":[{"userId":"u1","itemId":"i2","type":"purchase","timestamp":"2026-05-04T09:00:00Z"}]}""";
        for (int i = 0; i < 3; i++)
        {
            HttpResponseMessage answer = await application.CreateClient().SendJsonAsync(HttpMethod.Post, Routes.Events, body);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        UserProfile profile = await application.CreateClient().GetAsync<UserProfile>(Routes.Profile("u1"));
        Assert.Single(profile.History, entry => entry.Item.ItemId == "i2" && entry.Type == ShopEventType.Purchase);
    }
}
