using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Clusters;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared;
using RecOps.Shared.Clusters;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Serving.Ranking;
using Xunit;

namespace RecOps.Tests.Server.Clusters;

public sealed class ClusterTests
{
    [Fact]
    public async Task List_AfterRequests_TrafficAndHitsByCluster()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        foreach (string user in new[] { "u1", "u1", "u5", "u2" })
            await application.RecommendAsync(user);
        await application.SendEventAsync("newcomer", "i2", ShopEventType.View);

        ClusterList list = await application.CreateClient().GetAsync<ClusterList>(Routes.Clusters);

        Assert.Equal(4, list.Clusters.Length);
        Assert.Equal((4L, RecOpsApplication.Start), (list.Requests, list.Since));
        ClusterSummary first = list.Clusters[1];
        Assert.Equal((3L, 1L, 2), (first.Requests, first.Hits, first.CachedUsers));
        Assert.Equal((10, "category-1"), (first.Users, first.Label));
        Assert.Equal((1L, 0L, 1), (list.Clusters[2].Requests, list.Clusters[2].Hits, list.Clusters[2].NewUsers));
        Assert.Null(list.Clusters[0].HitRate);
    }

    [Fact]
    public async Task Profile_AfterEvents_PopularListMoves()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        ClusterProfile before = await client.GetAsync<ClusterProfile>(Routes.ClusterOf(1));

        // From one shopper they would count once.
        for (int i = 0; i < 60; i++)
            await application.SendEventAsync($"newcomer-{i}", "i41", ShopEventType.Purchase);
        await application.SendEventAsync("u1", "i41", ShopEventType.Purchase);
        ServingModel model = application.Services.GetRequiredService<ActiveModel>().Current!;
        await Waiting.UntilAsync(() =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(1));
            return model.Catalog.IdOf(model.Clusters.PopularIn(1)[0]) == "i41";
        });
        ClusterProfile after = await client.GetAsync<ClusterProfile>(Routes.ClusterOf(1));

        Assert.Equal("i1", before.Popular[0].Item.ItemId);
        Assert.Equal("i41", after.Popular[0].Item.ItemId);
        Assert.Null(after.Popular[0].Rise);
        Assert.True(after.Popular[0].LiveWeight > 40, $"{after.Popular[0].LiveWeight}");
        Assert.Equal(("i1", -1), (after.Popular[1].Item.ItemId, after.Popular[1].Rise));
        Assert.Equal("u1", after.SampleUsers[0].UserId);
    }

    [Fact]
    public async Task Profile_OfNoCluster_NotFound()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        Assert.Equal(
            HttpStatusCode.NotFound,
            (await application.CreateClient().GetAsync(Routes.ClusterOf(4), TestContext.Current.CancellationToken)).StatusCode
        );
    }

    [Fact]
    public async Task Warm_OneCluster_ItsUsersAreAnsweredFromTheCache()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        await application.RecommendAsync("u1");
        var request = new WarmRequest { ClusterIds = [1], UsersPerCluster = 6 };

        WarmPlan plan = await (await PostAsync(client, Routes.WarmPlan, request)).ReadAsync<WarmPlan>();
        WarmRun started = await (await PostAsync(client, Routes.WarmRuns, request)).ReadAsync<WarmRun>(HttpStatusCode.Accepted);
        WarmRun ended = await EndAsync(client, started.Id);
        RecommendationResponse answer = await application.RecommendAsync("u5");

        Assert.Equal((6, 1), (plan.Users, plan.Cached));
        Assert.True(plan is { Seconds: > 0, Bytes: > 0, FreeBytes: > 0 });
        Assert.Equal((WarmRunState.Completed, 6, 5, 1, 0), (ended.State, ended.Planned, ended.Warmed, ended.Skipped, ended.Failed));
        Assert.Equal(RecommendationSource.L1, answer.Source);
        WarmRun used = await client.GetAsync<WarmRun>(Routes.WarmRunOf(started.Id));
        Assert.Equal((1, 1L), (used.Used, used.RequestsSaved));
        Assert.Equal(0.2, used.Yield);
        Annotation told = (await client.GetAsync<AnnotationList>(Routes.Annotations)).Annotations.Single(annotation =>
            annotation.Kind == AnnotationKind.Warming
        );
        Assert.Equal("Warming completed, 5 lists in 0 s", told.Text);
    }

    [Fact]
    public async Task Warm_Cancelled_EndsAndKeepsWhatItHas()
    {
        using var release = new ManualResetEventSlim();
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool warm = false;
        var stub = new StubRanker(() =>
        {
            if (!Volatile.Read(ref warm))
                return true;
            running.TrySetResult();
            return release.Wait(Timeout.Infinite, TestContext.Current.CancellationToken);
        });
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(swap: services =>
            services.AddSingleton<IRankerFactory>(stub)
        );
        Volatile.Write(ref warm, true);
        HttpClient client = application.CreateClient();

        WarmRun started = await (await PostAsync(client, Routes.WarmRuns, new WarmRequest())).ReadAsync<WarmRun>(HttpStatusCode.Accepted);
        await running.Task.WaitAsync(TestContext.Current.CancellationToken);
        Task<HttpResponseMessage> cancelling = client.DeleteAsync(Routes.WarmRunOf(started.Id), TestContext.Current.CancellationToken);
        var runner = application.Services.GetRequiredService<WarmRunner>();
        await Waiting.UntilAsync(() => runner.Find(started.Id)!.Cancelled.IsCancellationRequested);
        release.Set();
        await cancelling;

        Assert.Equal(WarmRunState.Cancelled, (await EndAsync(client, started.Id)).State);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await client.DeleteAsync(Routes.WarmRunOf("none"), TestContext.Current.CancellationToken)).StatusCode
        );
    }

    [Fact]
    public async Task Warm_InvalidRequest_NamesTheFields()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        foreach (string route in new[] { Routes.WarmPlan, Routes.WarmRuns })
        {
            HttpResponseMessage answer = await client.SendJsonAsync(
                HttpMethod.Post,
                route,
                """{"clusterIds":[0,4,-1],"usersPerCluster":0,"placement":"nowhere"}"""
            );
            await answer.ExpectFieldsAsync("clusterIds[1]", "clusterIds[2]", "usersPerCluster", "placement");
        }
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string route, WarmRequest request) =>
        client.PostAsJsonAsync(route, request, RecOpsApplication.Json, TestContext.Current.CancellationToken);

    private static async Task<WarmRun> EndAsync(HttpClient client, string id)
    {
        WarmRun? run = null;
        await Waiting.UntilAsync(async () => (run = await client.GetAsync<WarmRun>(Routes.WarmRunOf(id))).IsOver);
        return run!;
    }
}
