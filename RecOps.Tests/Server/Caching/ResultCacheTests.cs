using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Caching;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared;
using RecOps.Shared.Caching;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Serving.Ranking;
using Xunit;

namespace RecOps.Tests.Server.Caching;

public sealed class ResultCacheTests
{
    [Fact]
    public async Task Recommend_SecondTime_SameListFromL1()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        RecommendationResponse first = await application.RecommendAsync("u1");
        RecommendationResponse second = await application.RecommendAsync("u1");

        Assert.Equal(RecommendationSource.Computed, first.Source);
        Assert.Equal(RecommendationSource.L1, second.Source);
        Assert.Equal(Ranking(first), Ranking(second));
        Assert.NotEqual(first.RequestId, second.RequestId);
    }

    [Fact]
    public async Task Recommend_OtherPlacementItemOrRecentItems_OtherList()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        RecommendationRequest[] requests =
        [
            new() { UserId = "u1" },
            new() { UserId = "u2" },
            new() { UserId = "u1", Placement = "cart" },
            new() { UserId = "u1", ItemId = "i2" },
            new() { UserId = "u1", RecentItemIds = ["i2", "i3"] },
            new() { UserId = "u1", RecentItemIds = ["i3", "i2"] },
        ];

        foreach (RecommendationRequest request in requests)
            Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync(request)).Source);
        foreach (RecommendationRequest request in requests)
            Assert.Equal(RecommendationSource.L1, (await application.RecommendAsync(request)).Source);
    }

    [Fact]
    public async Task Recommend_ItemSoldOutSince_GoneFromTheCachedList()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        string best = (await application.RecommendAsync("u1")).Items[0].ItemId;

        await application
            .CreateClient()
            .SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, $$"""{"items":[{"itemId":"{{best}}","inStock":false}]}""");
        RecommendationResponse after = await application.RecommendAsync("u1");

        Assert.Equal(RecommendationSource.L1, after.Source);
        Assert.DoesNotContain(after.Items, item => item.ItemId == best);
    }

    [Fact]
    public async Task Recommend_EventSince_ComputedAnew()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        await application.RecommendAsync("u1");
        await application.RecommendAsync("u2");

        await application.SendEventAsync("u1", "i2", ShopEventType.Purchase);

        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
        Assert.Equal(RecommendationSource.L1, (await application.RecommendAsync("u2")).Source);
    }

    [Fact]
    public async Task Recommend_PastSoftLifetime_StaleOnceAndRenewed()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        await application.RecommendAsync("u1");

        application.Time.Advance(TimeSpan.FromMinutes(6));
        RecommendationResponse stale = await application.RecommendAsync("u1");
        await Waiting.UntilAsync(() => Computed(application) >= RecOpsApplication.Start.AddMinutes(6));
        RecommendationResponse after = await application.RecommendAsync("u1");

        Assert.Equal((RecommendationSource.Stale, false), (stale.Source, stale.Degraded));
        Assert.Equal(RecommendationSource.L1, after.Source);
    }

    [Fact]
    public async Task Recommend_PastHardLifetime_ComputedAnew()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Caching:HardTtl"] = "00:10:00" });
        await application.RecommendAsync("u1");

        application.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
    }

    [Fact]
    public async Task Recommend_RankerFailsAfterAnEvent_LastListMarkedDegraded()
    {
        bool fails = false;
        var stub = new StubRanker(() => Volatile.Read(ref fails) ? throw new InvalidOperationException("broken") : true);
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: services =>
            services.AddSingleton<IRankerFactory>(stub)
        );
        RecommendationResponse before = await application.RecommendAsync("u1");

        await application.SendEventAsync("u1", "i2", ShopEventType.Purchase);
        Volatile.Write(ref fails, true);
        RecommendationResponse after = await application.RecommendAsync("u1");

        Assert.Equal((RecommendationSource.Stale, true), (after.Source, after.Degraded));
        Assert.Equal(Ranking(before), Ranking(after));
    }

    [Fact]
    public async Task Recommend_ExcludesMostOfTheList_ComputedWithoutThemAndNotKept()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        RecommendationResponse whole = await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 100 });
        string[] excluded = [.. whole.Items.Where(item => item.Score > 0).Skip(2).Select(item => item.ItemId)];

        RecommendationResponse few = await application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u1",
                Count = 2,
                ExcludeItemIds = excluded,
            }
        );
        RecommendationResponse many = await application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u1",
                Count = 20,
                ExcludeItemIds = excluded,
            }
        );

        Assert.Equal(RecommendationSource.L1, few.Source);
        Assert.DoesNotContain(many.Items, item => excluded.Contains(item.ItemId));
        Assert.Equal(Ranking(whole), Ranking(await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 100 })));
    }

    [Fact]
    public async Task Recommend_ManyAtOnce_OneComputation()
    {
        using var release = new ManualResetEventSlim();
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool warm = false;
        int runs = 0;
        var stub = new StubRanker(() =>
        {
            if (!Volatile.Read(ref warm))
                return true;
            Interlocked.Increment(ref runs);
            running.TrySetResult();
            return release.Wait(Timeout.Infinite, TestContext.Current.CancellationToken);
        });
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["Serving:MaxInFlight"] = "2000" },
            services => services.AddSingleton<IRankerFactory>(stub)
        );
        Volatile.Write(ref warm, true);

        Task<RecommendationResponse> first = application.RecommendAsync("u1");
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);
        Task<RecommendationResponse>[] others = [.. Enumerable.Range(0, 1000).Select(_ => application.RecommendAsync("u1"))];
        ServingModel model = application.Services.GetRequiredService<ActiveModel>().Current!;
        await Waiting.UntilAsync(() => model.Batcher.Following == others.Length);
        release.Set();
        RecommendationResponse[] answers = await Task.WhenAll(others);

        Assert.Equal(1, Volatile.Read(ref runs));
        Assert.All(answers, answer => Assert.Equal((RecommendationSource.Computed, false), (answer.Source, answer.Degraded)));
        Assert.Equal(RecommendationSource.Computed, (await first).Source);
    }

    [Fact]
    public async Task Recommend_StrangerAgain_NothingKnownIsRemembered()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();

        RecommendationResponse first = await application.RecommendAsync("stranger");
        RecommendationResponse second = await application.RecommendAsync("stranger");

        Assert.Equal(Ranking(first), Ranking(second));
        Assert.Equal((RecommendationSource.Popular, false), (second.Source, second.Degraded));
        CachedEntry entry = Assert.Single((await client.GetAsync<CachedUser>(Routes.CachedFor("stranger"))).Entries);
        Assert.Equal(("empty", 0, 1), (entry.State, entry.Items, entry.Hits));
    }

    [Fact]
    public async Task Find_UserWithLists_SaysWhyTheyAreThereAndHowFresh()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        await application.RecommendAsync("u1");
        await application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u1",
                Placement = "product",
                ItemId = "i3",
            }
        );
        await application.RecommendAsync("u2");

        CachedUser fresh = await client.GetAsync<CachedUser>(Routes.CachedFor("u1"));
        await application.SendEventAsync("u1", "i2", ShopEventType.View);
        CachedUser outdated = await client.GetAsync<CachedUser>(Routes.CachedFor("u1"));

        Assert.Equal(["home", "product"], fresh.Entries.Select(entry => entry.Placement));
        Assert.Equal((1, true), (fresh.ClusterId, fresh.Complete));
        CachedEntry home = fresh.Entries[0];
        Assert.Equal(("fresh", "request", 1L), (home.State, home.Origin, home.Hits));
        Assert.Equal(["l1"], home.Tiers);
        Assert.Equal(RecOpsApplication.Start, home.Computed);
        Assert.InRange(home.StaleFrom, RecOpsApplication.Start.AddMinutes(4), RecOpsApplication.Start.AddMinutes(5));
        Assert.Equal(RecOpsApplication.Start.AddHours(6), home.ExpiresAt);
        Assert.Equal("i3", fresh.Entries[1].ItemId);
        Assert.All(outdated.Entries, entry => Assert.Equal("outdated", entry.State));
    }

    [Fact]
    public async Task Purge_User_TheirListsGoneOthersStay()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        await application.RecommendAsync("u2");
        application.Time.Advance(TimeSpan.FromSeconds(1));

        HttpResponseMessage answer = await client.DeleteAsync(Routes.CachedFor("u1"), TestContext.Current.CancellationToken);

        Assert.Equal(1, (await answer.ReadAsync<PurgeResponse>()).Removed);
        Assert.Empty((await client.GetAsync<CachedUser>(Routes.CachedFor("u1"))).Entries);
        application.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
        Assert.Equal(RecommendationSource.L1, (await application.RecommendAsync("u1")).Source);
        Assert.Equal(RecommendationSource.L1, (await application.RecommendAsync("u2")).Source);
    }

    [Fact]
    public async Task Cache_UserIdTooLong_NamesTheField()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        string path = Routes.CachedFor(new string('x', 129));

        await (await application.CreateClient().GetAsync(path, TestContext.Current.CancellationToken)).ExpectFieldsAsync("userId");
        await (await application.CreateClient().DeleteAsync(path, TestContext.Current.CancellationToken)).ExpectFieldsAsync("userId");
    }

    [Fact]
    public async Task State_AfterRequests_SaysWhatIsThere()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        await application.RecommendAsync("u1");
        application.Time.Advance(TimeSpan.FromSeconds(1));

        CacheState state = await client.GetAsync<CacheState>(Routes.Cache);
        await Waiting.UntilAsync(() =>
            application.Services.GetRequiredService<RecOps.Server.Telemetry.History.Timeline>().LatestWindow(60) is not null
        );
        TelemetryWindow window = application.Services.GetRequiredService<RecOps.Server.Telemetry.History.Timeline>().LatestWindow(60)!;

        Assert.Equal((1, 256_000_000L, 300.0), (state.Entries, state.CapacityBytes, state.SoftTtlSeconds));
        Assert.InRange(state.Bytes, 1, CachedList.BytesOf(200));
        Assert.Null(state.Redis);
        Assert.Equal(1, window.Cache!.Misses["absent"]);
        Assert.Equal(state.Bytes, window.Cache.Bytes);
        Assert.Null(window.Cache.Redis);
    }

    [Fact]
    public async Task Recommend_CacheOff_ComputedEachTime()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Caching:Enabled"] = "false" });

        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
    }

    private static DateTimeOffset Computed(RecOpsApplication application) =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            Assert.Single(application.Services.GetRequiredService<ResultCache>().Lists.Entries()).Value.Computed
        );

    private static IEnumerable<(string, float)> Ranking(RecommendationResponse response) =>
        response.Items.Select(item => (item.ItemId, item.Score));
}
