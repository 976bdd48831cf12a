using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
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

        Assert.NotEqual(before.Items.Select(item => (item.ItemId, item.Score)), after.Items.Select(item => (item.ItemId, item.Score)));
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
        HttpResponseMessage answer = await application
            .CreateClient()
            .SendJsonAsync(
                HttpMethod.Post,
                Routes.Events,
                $$"""
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
                  {"userId":"e1","itemId":"i2","type":"view","timestamp":1777888800.25},
                  {"userId":7,"itemId":"i1","type":"view"},
                  {"userId":"e1","itemId":{"id":["i1"]},"type":"view"},
                  {"userId":"e1","itemId":"i1","type":true},
                  {"userId":"e1","itemId":"i1","type":"view","requestId":1},
                  {"userId":"e1","itemId":"i1","type":"view","eventId":1},
                  {"userId":"e1","itemId":"i1","type":"view","eventId":""},
                  {"userId":"e1","itemId":"i1","type":"view","eventId":"{{new string('x', 129)}}"},
                  {"userId":"e1","itemId":"i1","type":"view","eventId":"a\u0000b"},
                  {"userId":"e1","itemId":"i1","type":"view","requestId":"a\nb"},
                  {"userId":"e1","itemId":"i1","type":"view","timestamp":"10:00"},
                  {"userId":"e1","itemId":"i1","type":"view","timestamp":"05/04/2026"},
                  {"userId":"e1","itemId":"i1","type":"view","timestamp":"1.5"},
                  {"userId":"e1","itemId":"i1","type":"view","timestamp":"4 May 2026"},
                  {"userId":"?","itemId":"i3","type":"view","eventId":null,"requestId":null}
                ]}
                """
            );
        var response = await answer.ReadAsync<EventsResponse>(HttpStatusCode.Accepted);

        Assert.Equal(4, response.Accepted);
        (int, string)[] expected =
        [
            (1, "userId"),
            (2, "userId"),
            (3, "itemId"),
            (4, "type"),
            (5, "no-such-item"),
            (6, "future"),
            (7, "before 2000"),
            (8, "null"),
            (9, "requestId"),
            (11, "timestamp is not a time"),
            (12, "timestamp is not a time"),
            (13, "timestamp is not a time"),
            (15, "userId must be a string"),
            (16, "itemId must be a string"),
            (17, "type must be a string"),
            (18, "requestId must be a string"),
            (19, "eventId must be a string"),
            (20, "eventId must have 1 to 128"),
            (21, "eventId must have 1 to 128"),
            (22, "eventId has a control"),
            (23, "requestId has a control"),
            (24, "timestamp is not a time"),
            (25, "timestamp is not a time"),
            (26, "timestamp is not a time"),
            (27, "timestamp is not a time"),
        ];
        Assert.Equal(expected.Select(e => e.Item1), response.Rejected.Select(rejected => rejected.Index));
        Assert.All(expected.Zip(response.Rejected), pair => Assert.Contains(pair.First.Item2, pair.Second.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"events":[]}""", "events")]
    [InlineData("{}", "events")]
    [InlineData("""{"events":5}""", "events")]
    [InlineData("""{"events":[7]}""", "events[0]")]
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

    /// <summary>A restart reads events of that age only: an older one would count until then, and be gone.</summary>
    [Fact]
    public async Task Post_OlderThanEventsAreKept_IsRejectedAndChangesNothing()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        EventsResponse answer = await (
            await application
                .CreateClient()
                .SendJsonAsync(
                    HttpMethod.Post,
                    Routes.Events,
                    """
                    {"events":[
                      {"userId":"old","itemId":"i2","type":"purchase","timestamp":"2026-04-03T10:00:00Z"},
                      {"userId":"recent","itemId":"i2","type":"purchase","timestamp":"2026-04-05T10:00:00Z"}]}
                    """
                )
        ).ReadAsync<EventsResponse>(HttpStatusCode.Accepted);

        Assert.Equal(1, answer.Accepted);
        RejectedEvent rejected = Assert.Single(answer.Rejected);
        Assert.Contains("more than 30 days ago", rejected.Error, StringComparison.Ordinal);
        Assert.Empty((await application.CreateClient().GetAsync<UserProfile>(Routes.Profile("old"))).History);
        Assert.Single((await application.CreateClient().GetAsync<UserProfile>(Routes.Profile("recent"))).History);
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

    [Fact]
    public async Task Post_TwoOfAKindWithoutTimeOrId_CountTwice()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        const string pair =
            """{"events":[{"userId":"new","itemId":"i2","type":"purchase"},{"userId":"new","itemId":"i2","type":"purchase"}]}""";

        await (await application.CreateClient().SendJsonAsync(HttpMethod.Post, Routes.Events, pair)).ReadAsync<EventsResponse>(
            HttpStatusCode.Accepted
        );

        FreshHistory history = application.Services.GetRequiredService<ActiveModel>().Current!.Events.Of("new");
        Assert.Equal(2, history.Events.Length);
    }

    [Fact]
    public async Task Post_SentAgainAfterMoreThanAHistory_CountsOnce()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        string requestId = (await application.RecommendAsync("u1")).RequestId;
        string click = $$"""
            {"events":[{"userId":"u1","itemId":"i2","type":"click","requestId":"{{requestId}}","timestamp":"2026-05-04T09:00:00Z"},
            {"userId":"u1","itemId":"i3","type":"click","requestId":"{{requestId}}","eventId":"click-1"}]}
            """;
        IEnumerable<string> seen = Enumerable
            .Range(0, TestBundle.History + 5)
            .Select(i => $$"""{"userId":"u1","itemId":"i{{i}}","type":"view"}""");
        string views = $$"""{"events":[{{string.Join(',', seen)}}]}""";
        for (int i = 0; i < 3; i++)
        {
            (await client.SendJsonAsync(HttpMethod.Post, Routes.Events, click)).EnsureSuccessStatusCode();
            application.Time.Advance(TimeSpan.FromMinutes(1));
            (await client.SendJsonAsync(HttpMethod.Post, Routes.Events, views)).EnsureSuccessStatusCode();
        }

        Assert.Equal(2, (await client.GetAsync<AttributionReport>(Routes.Attribution)).Placements.Sum(row => row.Clicks));
    }

    [Fact]
    public async Task Post_SentAgainWithItsIdAndNoTime_CountsOnceAlsoAfterARestart()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        const string order = """
            {"events":[{"userId":"u1","itemId":"i2","type":"purchase","eventId":"order-77"},{"userId":"u1","itemId":"i3","type":"purchase","eventId":"order-77"},
            {"userId":"u1","itemId":"i2","type":"purchase","eventId":"order-78"},{"userId":"u2","itemId":"i2","type":"purchase","eventId":"order-77"}]}
            """;
        for (int start = 0; start < 2; start++)
        {
            await using RecOpsApplication application = await RecOpsApplication.StartAsync(settings);
            for (int i = 0; i < 3; i++)
            {
                // Longer than a visit, so that each counted event would be an entry of its own.
                application.Time.Advance(TimeSpan.FromHours(1));
                using HttpResponseMessage answer = await application.CreateClient().SendJsonAsync(HttpMethod.Post, Routes.Events, order);
                Assert.Equal(4, (await answer.ReadAsync<EventsResponse>(HttpStatusCode.Accepted)).Accepted);
            }

            UserProfile profile = await application.CreateClient().GetAsync<UserProfile>(Routes.Profile("u1"));
            Assert.Equal(
                ["i2", "i3"],
                profile
                    .History.Where(entry => entry.Type == ShopEventType.Purchase && entry.Timestamp >= RecOpsApplication.Start)
                    .Select(entry => entry.Item.ItemId)
                    .Order()
            );
            Assert.Equal(3, application.Services.GetRequiredService<ActiveModel>().Current!.Events.Of("u1").Events.Length);
        }
    }
}
