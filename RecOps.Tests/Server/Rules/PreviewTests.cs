using System.Net;
using System.Text.Json;
using RecOps.Shared;
using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Tests.Serving.Rules;
using Xunit;

namespace RecOps.Tests.Server.Rules;

public sealed class PreviewTests
{
    [Fact]
    public async Task Preview_ThenPublish_ShoppersGetExactlyWhatItShowed()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        var random = new Random(5);
        for (int round = 0; round < 12; round++)
        {
            Rule[] rules = [.. RandomRules.Document(random, random.Next(1, 12)).Rules.Select((rule, i) => rule with { Id = $"r-{i}" })];
            await console.SaveAsync(rules);
            var requests = new List<(PreviewRequest Asked, PreviewResult Shown)>();
            foreach (string user in (string[])["u1", "u6", TestBundle.UserWithClusterOnly, "nobody"])
            {
                var asked = new PreviewRequest
                {
                    UserId = user,
                    Placement = round % 2 == 0 ? "home" : "product",
                    Count = 12,
                    ItemId = round % 3 == 0 ? "i9" : null,
                };
                requests.Add((asked, await console.PreviewAsync(asked)));
            }

            await (await console.PublishDraftAsync("n")).ReadAsync<PublishResult>();

            foreach ((PreviewRequest asked, PreviewResult shown) in requests)
            {
                RecommendationResponse given = await application.RecommendAsync(
                    new RecommendationRequest
                    {
                        UserId = asked.UserId,
                        Placement = asked.Placement,
                        Count = asked.Count,
                        ItemId = asked.ItemId,
                        Explain = true,
                    }
                );
                Assert.Equal(
                    given.Items.Select(item => (item.ItemId, item.Score)),
                    shown.After.Select(item => (item.Item.ItemId, item.Score))
                );
                Assert.Equal(
                    JsonSerializer.Serialize(given.Explain!.Steps),
                    JsonSerializer.Serialize(shown.After.Select(item => item.Why))
                );
            }
        }
    }

    [Fact]
    public async Task Preview_OfADocument_SaysWhatMovedWhatIsGoneAndWhy()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        string[] now =
        [
            .. (await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 5 })).Items.Select(item => item.ItemId),
        ];

        PreviewResult preview = await console.PreviewAsync(
            new PreviewRequest
            {
                UserId = "u1",
                Count = 5,
                Document = new RuleDocument { Rules = [RuleConsole.Exclude("no", now[0]), RuleConsole.Pin("up", "i30", 1)] },
            }
        );

        Assert.Equal(now, preview.Before.Select(item => item.Item.ItemId));
        Assert.Equal(["i30", now[1], now[2], now[3], now[4]], preview.After.Select(item => item.Item.ItemId));
        Assert.Equal([null, 2, 3, 4, 5], preview.After.Select(item => item.Was));
        PreviewLoss lost = Assert.Single(preview.Gone);
        Assert.Equal((now[0], 1, "no"), (lost.Item.ItemId, lost.Was, lost.By!.RuleId));
        Assert.Equal(["up", "no"], preview.Holding.Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(0, (await console.StateAsync()).Version);
    }

    [Fact]
    public async Task Preview_OfACap_SaysThatTheCapKeptTheItemOut()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        string first = (await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 5 })).Items[0].ItemId;
        var cap = new Rule
        {
            Id = "none",
            Name = "n",
            Select = new RuleSelection { Items = [first] },
            Then = new RuleAction { Type = RuleType.Cap, Max = 0 },
        };

        PreviewResult preview = await console.PreviewAsync(
            new PreviewRequest
            {
                UserId = "u1",
                Count = 5,
                Document = new RuleDocument { Rules = [cap] },
            }
        );

        PreviewLoss lost = Assert.Single(preview.Gone);
        Assert.Equal((first, "none"), (lost.Item.ItemId, lost.By!.RuleId));
    }

    [Fact]
    public async Task Preview_AtAnotherTime_SchedulesAsOfThen()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        Rule friday = RuleConsole.Pin("friday", "i30", 1) with
        {
            When = new RuleCondition
            {
                Schedule = new RuleSchedule
                {
                    TimeZone = "Europe/Madrid",
                    Days = ["fri"],
                    StartTime = "18:00",
                    EndTime = "20:00",
                },
            },
        };
        await console.SaveAsync(friday);

        PreviewResult evening = await console.PreviewAsync(
            new PreviewRequest { UserId = "u1", At = new LocalMoment("2026-11-27T18:00", "Europe/Madrid") }
        );
        PreviewResult afternoon = await console.PreviewAsync(
            new PreviewRequest { UserId = "u1", At = new LocalMoment("2026-11-27T17:59", "Europe/Madrid") }
        );

        Assert.Equal("i30", evening.After[0].Item.ItemId);
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 17, 0, 0, TimeSpan.Zero), evening.At);
        Assert.Empty(afternoon.Holding);
        await (
            await console.PostAsync(Routes.RulePreview, new PreviewRequest { UserId = "u1", At = new LocalMoment("friday", "Madrid") })
        ).ExpectFieldsAsync("at.local", "at.timeZone");
    }

    [Fact]
    public async Task Preview_OfACluster_WhatItsNewcomersGet()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.SaveAsync(RuleConsole.Boost("b", "category-2", 4));

        PreviewResult preview = await console.PreviewAsync(new PreviewRequest { ClusterId = 3, Count = 6 });
        RecommendationResponse newcomer = await application.RecommendAsync(
            new RecommendationRequest { UserId = TestBundle.UserWithClusterOnly, Count = 6 }
        );

        Assert.Equal(newcomer.Items.Select(item => item.ItemId), preview.Before.Select(item => item.Item.ItemId));
        Assert.Equal((RecommendationSource.Cluster, 3), (preview.Source, preview.ClusterId));
        await (await console.PostAsync(Routes.RulePreview, new PreviewRequest { ClusterId = 4 })).ExpectFieldsAsync("clusterId");
        await (await console.PostAsync(Routes.RulePreview, new PreviewRequest { UserId = "", Placement = "cellar" })).ExpectFieldsAsync(
            "userId",
            "placement"
        );
    }

    [Fact]
    public async Task Impact_OverRecentLists_CountsWhatWouldChange()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        string best = "";
        for (int user = 0; user < 8; user++)
        {
            application.Time.Advance(TimeSpan.FromSeconds(1));
            best = (await application.RecommendAsync(new RecommendationRequest { UserId = $"u{user}", Count = 10 })).Items[0].ItemId;
        }

        await console.SaveAsync(RuleConsole.Exclude("no", best));
        ImpactReport report = await (await console.PostAsync(Routes.RuleImpact, new ImpactRequest())).ReadAsync<ImpactReport>();
        ImpactReport nothing = await (
            await console.PostAsync(Routes.RuleImpact, new ImpactRequest { Document = RuleDocument.Empty })
        ).ReadAsync<ImpactReport>();

        Assert.Equal((8, 80), (report.Requests, report.Shown));
        Assert.InRange(report.Changed, 1, 8);
        Assert.Equal(0, Assert.Single(report.Losing, item => item.Item.ItemId == best).After);
        Assert.Equal(report.Gaining.Sum(item => item.After - item.Before), report.Losing.Sum(item => item.Before - item.After));
        Assert.Equal((0, 0, 0.0), (nothing.Changed, nothing.Items, nothing.Moved));
    }

    [Fact]
    public async Task Matches_OfASelection_CountAndThePopular()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());

        RuleMatches matches = await (
            await console.PostAsync(
                Routes.RuleMatches,
                new RuleSelection
                {
                    Categories = ["category-3"],
                    Price = new PriceRange { Max = 30 },
                }
            )
        ).ReadAsync<RuleMatches>();
        RuleMatches wrong = await (
            await console.PostAsync(Routes.RuleMatches, new RuleSelection { Price = new PriceRange() })
        ).ReadAsync<RuleMatches>();

        Assert.Equal((7, 6), (matches.Count, matches.InStock));
        Assert.Equal(["i3", "i7", "i11"], matches.Sample.Take(3).Select(item => item.ItemId));
        Assert.Equal("select.price", wrong.Errors.Single().Path);
    }

    [Fact]
    public async Task Search_ByWordsAndIds_MostPopularFirst()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();

        ItemSearchResponse words = await client.GetAsync<ItemSearchResponse>($"{Routes.ItemSearch}?query=ite%204");
        ItemSearchResponse ids = await client.GetAsync<ItemSearchResponse>($"{Routes.ItemSearch}?query=I5");
        ItemSearchResponse none = await client.GetAsync<ItemSearchResponse>($"{Routes.ItemSearch}?query=zebra");
        ItemValuesResponse brands = await client.GetAsync<ItemValuesResponse>($"{Routes.ItemValues}?field=brand&query=D-1");
        ItemValuesResponse colours = await client.GetAsync<ItemValuesResponse>($"{Routes.ItemValues}?field=attribute:colour");

        Assert.Equal(["i4", "i40", "i41"], words.Items.Take(3).Select(item => item.ItemId));
        Assert.Equal(["i5", "i50"], ids.Items.Take(2).Select(item => item.ItemId));
        Assert.Empty(none.Items);
        Assert.Equal([new ItemValue("brand-1", 20)], brands.Values);
        Assert.Equal([new ItemValue("red", 1)], colours.Values);
        await (await client.GetAsync($"{Routes.ItemValues}?field=shape", TestContext.Current.CancellationToken)).ExpectFieldsAsync("field");
    }

    [Fact]
    public async Task Recommend_RulesLeaveLittle_ListIsFullOfWhatTheyLeave()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Retrieval:Candidates"] = "10" });
        var console = new RuleConsole(application.CreateClient());
        Rule only = new()
        {
            Id = "only",
            Name = "only",
            Select = new RuleSelection { Categories = ["category-2"] },
            Then = new RuleAction { Type = RuleType.Include },
        };
        await console.PublishAsync(only);

        // u1 belongs to another behaviour: none of their nearest items is left.
        RecommendationResponse first = await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 8 });
        RecommendationResponse second = await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 8 });

        Assert.Equal((RecommendationSource.Computed, RecommendationSource.L1), (first.Source, second.Source));
        Assert.Equal(8, first.Items.Length);
        Assert.All(first.Items, item => Assert.Equal(2, TestBundle.BehaviourOf(item.ItemId)));
        Assert.All(first.Items, item => Assert.True(item.Score > 0));
        Assert.Equal(first.Items.Select(item => item.ItemId), second.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Recommend_BoughtWithinTheDays_Excluded()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        string[] best = [.. (await application.RecommendAsync("u1")).Items.Take(2).Select(item => item.ItemId)];
        await console.PublishAsync(
            new Rule
            {
                Id = "had",
                Name = "had",
                Select = new RuleSelection { BoughtWithinDays = 7 },
                Then = new RuleAction { Type = RuleType.Exclude },
            }
        );

        await application.SendEventAsync("u1", best[0], "purchase", RecOpsApplication.Start.AddDays(-6.9));
        await application.SendEventAsync("u1", best[1], "purchase", RecOpsApplication.Start.AddDays(-7.1));
        string[] items =
        [
            .. (await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 50 })).Items.Select(item =>
                item.ItemId
            ),
        ];

        Assert.DoesNotContain(best[0], items);
        Assert.Contains(best[1], items);
    }

    [Fact]
    public async Task Similar_ConditionalRules_HoldAsTheContextSays()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        string[] plain = await IdsAsync("");
        string first = plain[0];
        await new RuleConsole(client).PublishAsync(
            RuleConsole.Exclude("no-minors", first) with
            {
                When = new RuleCondition { Segments = ["minor"] },
            },
            RuleConsole.Exclude("not-in-fi", plain[1]) with
            {
                When = new RuleCondition { Countries = ["FI"] },
            },
            RuleConsole.Exclude("not-on-product", plain[2]) with
            {
                When = new RuleCondition { Placements = ["product"] },
            },
            RuleConsole.Exclude("not-beside-itself", plain[3]) with
            {
                When = new RuleCondition { Viewing = new RuleSelection { Items = ["i1"] } },
            },
            RuleConsole.Pin("hero", "i50", 2) with
            {
                When = new RuleCondition { Placements = ["cart"] },
            }
        );

        string[] left = [.. plain[..3], .. plain[4..19]];
        Assert.Equal(left, (await IdsAsync(""))[..18]);
        Assert.DoesNotContain(first, await IdsAsync("&segment=minor"));
        Assert.DoesNotContain(plain[1], await IdsAsync("&country=fi"));
        Assert.DoesNotContain(plain[2], await IdsAsync("&placement=product"));
        Assert.Equal("i50", (await IdsAsync("&placement=cart"))[1]);

        using HttpResponseMessage posted = await client.SendJsonAsync(
            HttpMethod.Post,
            Routes.SimilarTo("i1"),
            $$"""{"count":5,"segment":"minor","placement":"cart","excludeItemIds":["{{plain[1]}}"]}"""
        );
        SimilarItemsResponse post = await posted.ReadAsync<SimilarItemsResponse>();
        Assert.Equal([plain[2], "i50"], post.Items.Take(2).Select(item => item.ItemId));
        Assert.Equal((1, "hero"), (post.RulesVersion, post.Items[1].Rules.Single()));

        using HttpResponseMessage batched = await client.SendJsonAsync(
            HttpMethod.Post,
            Routes.RecommendationsBatch,
            """{"similar":[{"itemId":"i1","count":3,"segment":"minor"},{"itemId":"none"},{"count":0}],"requests":[{"userId":"u1"}]}"""
        );
        RecommendationBatchResponse batch = await batched.ReadAsync<RecommendationBatchResponse>();
        Assert.Equal([200, 404, 400], batch.Similar!.Select(answer => answer.Status));
        Assert.Equal([plain[1], plain[2], plain[4]], batch.Similar![0].Response!.Items.Select(item => item.ItemId));
        Assert.Equal(["count", "itemId"], batch.Similar[2].Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(200, batch.Responses.Single().Status);

        async Task<string[]> IdsAsync(string query) =>
            [
                .. (await client.GetAsync<SimilarItemsResponse>($"{Routes.SimilarTo("i1")}?count=20{query}")).Items.Select(item =>
                    item.ItemId
                ),
            ];
    }

    [Theory]
    [InlineData("?placement=nowhere", "placement")]
    [InlineData("?count=0", "count")]
    [InlineData("?count=many", "count")]
    [InlineData("?count=1&count=2", "count")]
    [InlineData("?excludeItemIds=i2", "excludeItemIds")]
    public async Task Similar_MistakeInTheQuery_NamesTheField(string query, string field)
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        await (
            await application.CreateClient().GetAsync(Routes.SimilarTo("i1") + query, TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync(field);
    }

    [Fact]
    public async Task Similar_ExcludedItem_NotThere()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        string nearest = (await client.GetAsync<SimilarItemsResponse>(Routes.SimilarTo("i1"))).Items[0].ItemId;

        await new RuleConsole(client).PublishAsync(RuleConsole.Exclude("no", nearest));

        Assert.DoesNotContain(
            nearest,
            (await client.GetAsync<SimilarItemsResponse>(Routes.SimilarTo("i1"))).Items.Select(item => item.ItemId)
        );
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Routes.SimilarTo("i1"), TestContext.Current.CancellationToken)).StatusCode);
    }
}
