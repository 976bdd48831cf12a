using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Shared.Recommendations;
using RecOps.Tests.Serving.Ranking;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

/// <summary>Requests that arrive while the device is busy; the test controls for how long.</summary>
public sealed class BatchedRequestTests : IAsyncDisposable
{
    private readonly ManualResetEventSlim _release = new(initialState: true);
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StubRanker _ranker = null!;
    private RecOpsApplication _application = null!;

    [Fact]
    public async Task Recommend_ManyWhileTheDeviceIsBusy_OneBatchForAllOfThem()
    {
        Task<RecommendationResponse> first = await OccupyAsync();

        Task<RecommendationResponse>[] others = [.. Enumerable.Range(2, 5).Select(user => _application.RecommendAsync($"u{user}"))];
        await WaitingAsync(5);
        _release.Set();

        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(RecommendationSource.Computed, answer.Source));
        Assert.Equal([1, 5], _ranker.Batches);
        Assert.False((await first).Degraded);
    }

    [Fact]
    public async Task Recommend_SameShopperAndPlaceInFlight_ComputedOnce()
    {
        Task<RecommendationResponse> first = await OccupyAsync();

        Task<RecommendationResponse>[] same = [.. Enumerable.Range(0, 3).Select(_ => _application.RecommendAsync("u2"))];
        Task<RecommendationResponse> without = _application.RecommendAsync(
            new RecommendationRequest { UserId = "u2", ExcludeItemIds = ["i2"] }
        );
        await WaitingAsync(2);
        await FollowingAsync(2);
        _release.Set();

        RecommendationResponse[] answers = await Task.WhenAll(same);
        Assert.Equal([1, 2], _ranker.Batches);
        Assert.Equal(answers[0].Items.Select(item => item.ItemId), answers[2].Items.Select(item => item.ItemId));
        Assert.NotEqual(answers[0].RequestId, answers[1].RequestId);
        Assert.Contains("i2", answers[0].Items.Select(item => item.ItemId));
        Assert.DoesNotContain("i2", (await without).Items.Select(item => item.ItemId));
        await first;
    }

    [Fact]
    public async Task Recommend_QueueFull_DegradedAtOnce()
    {
        Task<RecommendationResponse> first = await OccupyAsync(new() { ["Batching:MaxQueue"] = "1" });
        Task<RecommendationResponse> second = _application.RecommendAsync("u2");
        await WaitingAsync(1);

        RecommendationResponse third = await _application.RecommendAsync("u3");
        _release.Set();

        Assert.Equal((RecommendationSource.Cluster, true), (third.Source, third.Degraded));
        Assert.False((await first).Degraded);
        Assert.False((await second).Degraded);
    }

    public async ValueTask DisposeAsync()
    {
        _release.Set();
        if (_application is not null)
            await _application.DisposeAsync();
        _release.Dispose();
    }

    /// <summary>Starts a server and keeps its device busy with one request.</summary>
    private async Task<Task<RecommendationResponse>> OccupyAsync(Dictionary<string, string?>? settings = null)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        _ranker = new StubRanker(() =>
        {
            if (!_release.IsSet)
                _running.TrySetResult();
            return _release.Wait(Timeout.Infinite, cancellation);
        });
        settings = new(settings ?? []) { ["Serving:MinComputing"] = "16" };
        _application = await RecOpsApplication.StartAsync(settings, services => services.AddSingleton<IRankerFactory>(_ranker));
        _ranker.Batches.Clear();
        _release.Reset();
        Task<RecommendationResponse> first = _application.RecommendAsync("u1");
        await _running.Task.WaitAsync(cancellation);
        return first;
    }

    private Task WaitingAsync(int jobs) => UntilAsync(model => model.Batcher.Waiting == jobs);

    private Task FollowingAsync(int jobs) => UntilAsync(model => model.Batcher.Following == jobs);

    private Task UntilAsync(Func<ServingModel, bool> condition)
    {
        ServingModel model = _application.Services.GetRequiredService<ActiveModel>().Current!;
        return Waiting.UntilAsync(() => condition(model));
    }
}
