using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Tests.Serving.Ranking;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class DegradationTests
{
    [Fact]
    public async Task Recommend_RankerOutOfTime_ClusterListMarkedDegraded()
    {
        await using RecOpsApplication application = await StartAsync(() => false);

        RecommendationResponse response = await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Count = 12 });

        Assert.Equal(RecommendationSource.Cluster, response.Source);
        Assert.True(response.Degraded);
        Assert.Equal(["i1", "i5", "i9"], response.Items.Take(3).Select(item => item.ItemId));

        // Ten from the cluster's list, the rest from global popularity.
        Assert.Equal(["i0", "i2"], response.Items.Skip(10).Select(item => item.ItemId));
    }

    [Fact]
    public async Task Recommend_RankerThatHangs_DegradedAtTheDeadline()
    {
        using var never = new ManualResetEventSlim();
        await using RecOpsApplication application = await StartAsync(() =>
            never.Wait(Timeout.Infinite, TestContext.Current.CancellationToken)
        );

        Task<RecommendationResponse> request = application.RecommendAsync("u1");
        await Waiting.UntilAsync(() =>
        {
            application.Time.Advance(TimeSpan.FromMilliseconds(50));
            return request.IsCompleted;
        });

        Assert.Equal((RecommendationSource.Cluster, true), ((await request).Source, (await request).Degraded));
        never.Set();
    }

    [Fact]
    public async Task Recommend_RankerThatFails_Degraded()
    {
        await using RecOpsApplication application = await StartAsync(() => throw new InvalidOperationException("broken"));

        RecommendationResponse response = await application.RecommendAsync("u1");

        Assert.Equal((RecommendationSource.Cluster, true), (response.Source, response.Degraded));
    }

    [Fact]
    public async Task Recommend_OutOfTimeWithoutCluster_PopularMarkedDegraded()
    {
        // Events without weight leave a history but no vector, and so no cluster.
        string models = await TestBundle.WriteAsync(
            TestBundle.NewDirectory(),
            new TestBundle.Variation { Manifest = manifest => manifest with { Features = manifest.Features with { EventWeights = [] } } }
        );
        await using RecOpsApplication application = await StartAsync(
            () => false,
            new Dictionary<string, string?> { ["Models:Directory"] = models }
        );
        await application.SendEventAsync("newcomer", "i9", ShopEventType.View);

        RecommendationResponse response = await application.RecommendAsync("newcomer");

        Assert.Equal((RecommendationSource.Popular, true), (response.Source, response.Degraded));
        Assert.Equal("i0", response.Items[0].ItemId);
    }

    [Fact]
    public async Task Recommend_DegradedList_ExcludedAndSoldOutNotInIt()
    {
        await using RecOpsApplication application = await StartAsync(() => false);

        RecommendationResponse response = await application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u3",
                Count = 100,
                ExcludeItemIds = ["i3", "i11"],
                ItemId = "i15",
            }
        );

        Assert.True(response.Degraded);
        Assert.Equal(TestBundle.Items - 4, response.Items.Length);
        Assert.Empty(response.Items.Select(item => item.ItemId).Intersect(["i3", "i11", "i15", TestBundle.SoldOut]));
    }

    [Fact]
    public async Task Recommend_MoreThanMaxInFlight_ServiceUnavailableWithRetryAfter()
    {
        using var held = new HeldRanker();
        await using RecOpsApplication application = await StartAsync(
            held.Rank,
            new Dictionary<string, string?> { ["Serving:MaxInFlight"] = "1" }
        );
        Task<RecommendationResponse> first = application.RecommendAsync("u1");
        await held.Running;

        HttpResponseMessage second = await application
            .CreateClient()
            .GetAsync(Routes.RecommendationsFor("u2"), TestContext.Current.CancellationToken);
        HttpResponseMessage batch = await application
            .CreateClient()
            .SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, """{"requests":[{"userId":"u2"}]}""");
        held.Release();

        await second.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter?.Delta);
        Assert.Equal(503, (await batch.ReadAsync<RecommendationBatchResponse>()).Responses[0].Status);
        Assert.False((await first).Degraded);
        Assert.False((await application.RecommendAsync("u2")).Degraded);
    }

    [Fact]
    public async Task Recommend_NoRoomToCompute_EveryoneGetsTheListThatIsTrueOfThem()
    {
        using var held = new HeldRanker();
        await using RecOpsApplication application = await StartAsync(
            held.Rank,
            new Dictionary<string, string?> { ["Serving:MinComputing"] = "1", ["Serving:MaxComputing"] = "1" }
        );
        Task<RecommendationResponse> first = application.RecommendAsync("u1");
        await held.Running;

        RecommendationResponse known = await application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u3",
                Count = 100,
                ExcludeItemIds = ["i3", "i11"],
                ItemId = "i15",
            }
        );
        RecommendationResponse looking = await application.RecommendAsync(new RecommendationRequest { UserId = "nobody", ItemId = "i4" });
        RecommendationResponse stranger = await application.RecommendAsync("nobody");
        held.Release();

        Assert.Equal((RecommendationSource.Cluster, true), (known.Source, known.Degraded));
        Assert.Empty(known.Items.Select(item => item.ItemId).Intersect(["i3", "i11", "i15", TestBundle.SoldOut]));
        Assert.Equal((RecommendationSource.Cluster, true), (looking.Source, looking.Degraded));
        Assert.DoesNotContain("i4", looking.Items.Select(item => item.ItemId));
        Assert.Equal((RecommendationSource.Popular, false), (stranger.Source, stranger.Degraded));
        Assert.Equal((RecommendationSource.Computed, false), ((await first).Source, (await first).Degraded));
    }

    [Fact]
    public async Task Calls_WhileLoading_LiveButUnavailable()
    {
        using var opened = new ManualResetEventSlim();
        await using RecOpsApplication application = await RecOpsApplication.StartUnreadyAsync(swap: services =>
            services.AddSingleton<IRankerFactory>(new SlowFactory(opened))
        );
        application.Cookie = await application.SignInAsync("admin", RecOpsApplication.AdminPassword);
        HttpClient client = application.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Routes.Live, TestContext.Current.CancellationToken)).StatusCode);
        HttpResponseMessage ready = await client.GetAsync(Routes.Ready, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains(
            "being loaded",
            await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        foreach (string path in new[] { Routes.RecommendationsFor("u1"), Routes.SimilarTo("i1"), Routes.Users, Routes.Profile("u1") })
        {
            HttpResponseMessage answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            await answer.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        opened.Set();
        await application.Services.GetRequiredService<ActiveModel>().Settled.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Routes.Ready, TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>The ranker works while the server warms up and fails from then on.</summary>
    private static async Task<RecOpsApplication> StartAsync(Func<bool> rank, Dictionary<string, string?>? settings = null)
    {
        bool warm = false;
        var stub = new StubRanker(() => !Volatile.Read(ref warm) || rank());
        RecOpsApplication application = await RecOpsApplication.StartAsync(
            settings,
            services => services.AddSingleton<IRankerFactory>(stub)
        );
        Volatile.Write(ref warm, true);
        return application;
    }

    /// <summary>Ranks only when allowed to.</summary>
    private sealed class HeldRanker : IDisposable
    {
        private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _release = new();

        /// <summary>Completes when a run has begun.</summary>
        public Task Running => _running.Task.WaitAsync(TestContext.Current.CancellationToken);

        public bool Rank()
        {
            _running.TrySetResult();
            return _release.Wait(Timeout.Infinite, TestContext.Current.CancellationToken);
        }

        public void Release() => _release.Set();

        public void Dispose() => _release.Dispose();
    }

    private sealed class SlowFactory(ManualResetEventSlim opened) : IRankerFactory
    {
        public IRanker Open(RecOps.Shared.Bundles.Bundle bundle, RankerLimits limits)
        {
            opened.Wait(TestContext.Current.CancellationToken);
            return new StubRanker(() => true);
        }
    }
}
