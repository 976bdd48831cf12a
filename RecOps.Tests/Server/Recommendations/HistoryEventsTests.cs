using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Users;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

/// <summary>A ranker that asks for it is told what happened to each history entry, and how long ago.</summary>
public sealed class HistoryEventsTests
{
    private const int View = 0;
    private const int Cart = 2;
    private const int Purchase = 3;

    [Fact]
    public async Task Post_ShopperOfTheBundle_TypesAndAgesOfTheBundle()
    {
        await using RecOpsApplication application = await StartAsync();

        RecommendationResponse list = await application.RecommendAsync("u1");

        // The bundle is of May 1 and the clock says May 4: what it knows does not age.
        Assert.Equal(TestBundle.EventScore(Purchase, 30), Logit(list, "i41"), 0.002f);
        Assert.Equal(TestBundle.EventScore(View, 1), Logit(list, "i45"), 0.002f);
        Assert.Equal(0, Logit(list, "i1"), 0.001f);
    }

    [Fact]
    public async Task Profile_ShopperOfTheBundle_SaysWhatHappened()
    {
        await using RecOpsApplication application = await StartAsync();

        var profile = await application.CreateClient().GetAsync<UserProfile>(Routes.Profile("u1"));

        Assert.Equal(
            [("i41", ShopEventType.Purchase), ("i45", ShopEventType.View)],
            profile.History.Select(entry => (entry.Item.ItemId, entry.Type!))
        );
    }

    [Fact]
    public async Task Post_EventsSinceTheBundle_AgeByTheMinute()
    {
        await using RecOpsApplication application = await StartAsync();
        await application.SendEventAsync("u1", "i5", ShopEventType.Purchase, RecOpsApplication.Start.AddDays(-2));
        await application.SendEventAsync("u1", "i9", ShopEventType.View);

        RecommendationResponse now = await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 59 });
        application.Time.Advance(TimeSpan.FromDays(1));
        RecommendationResponse later = await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 59 });

        Assert.Equal(TestBundle.EventScore(Purchase, 2), Logit(now, "i5"), 0.002f);
        Assert.Equal(TestBundle.EventScore(View, 0), Logit(now, "i9"), 0.002f);
        Assert.Equal(TestBundle.EventScore(Purchase, 30), Logit(now, "i41"), 0.002f);
        Assert.Equal(TestBundle.EventScore(Purchase, 3), Logit(later, "i5"), 0.002f);
        Assert.Equal(TestBundle.EventScore(View, 1), Logit(later, "i9"), 0.002f);
        Assert.Equal(TestBundle.EventScore(Purchase, 30), Logit(later, "i41"), 0.002f);
    }

    [Fact]
    public async Task Post_ItemsOfTheRequest_AreViewsOfNowOrWhatTheVisitMadeOfThem()
    {
        await using RecOpsApplication application = await StartAsync();
        await application.SendEventAsync("u1", "i13", ShopEventType.Cart, RecOpsApplication.Start.AddMinutes(-5));

        RecommendationResponse list = await application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u1",
                Count = 59,
                RecentItemIds = ["i13", "i17"],
            }
        );

        Assert.Equal(TestBundle.EventScore(Cart, 0), Logit(list, "i13"), 0.002f);
        Assert.Equal(TestBundle.EventScore(View, 0), Logit(list, "i17"), 0.002f);
    }

    /// <summary>The same list whoever else is in the batch: a batch's rows share memory.</summary>
    [Fact]
    public async Task Post_ShopperWithoutHistoryAfterOneWithIt_NothingIsLeftOver()
    {
        await using RecOpsApplication application = await StartAsync();
        await application.RecommendAsync("u1");

        RecommendationResponse list = await application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "stranger",
                Count = 59,
                RecentItemIds = ["i41"],
            }
        );

        Assert.Equal(TestBundle.EventScore(View, 0), Logit(list, "i41"), 0.002f);
    }

    private static async Task<RecOpsApplication> StartAsync() =>
        await RecOpsApplication.StartAsync(
            models: await TestBundle.WriteAsync(
                TestBundle.NewDirectory(),
                new TestBundle.Variation { Events = new TestBundle.BundledEvents(Purchase, 30) }
            )
        );

    private static float Logit(RecommendationResponse list, string itemId)
    {
        float score = list.Items.Single(item => item.ItemId == itemId).Score;
        return MathF.Log(score / (1 - score));
    }
}
