using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Caching;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Caching;

/// <summary>Replicas that share a real Redis, and their behaviour when it fails.</summary>
public sealed class RedisTests
{
    [Fact]
    public async Task Recommend_ListOfAnotherReplica_FromL2()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication one = await StartAsync(redis);
        await using RecOpsApplication other = await StartAsync(redis);

        RecommendationResponse computed = await one.RecommendAsync("u1");
        await KeptAsync(one, "u1");
        RecommendationResponse shared = await other.RecommendAsync("u1");
        RecommendationResponse again = await other.RecommendAsync("u1");

        Assert.Equal(
            (RecommendationSource.Computed, RecommendationSource.L2, RecommendationSource.L1),
            (computed.Source, shared.Source, again.Source)
        );
        Assert.Equal(computed.Items.Select(item => (item.ItemId, item.Score)), shared.Items.Select(item => (item.ItemId, item.Score)));
    }

    [Fact]
    public async Task Recommend_EventOnAnotherReplica_OutdatedHereToo()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication one = await StartAsync(redis);
        await using RecOpsApplication other = await StartAsync(redis);
        await other.RecommendAsync("u1");
        await KeptAsync(other, "u1");

        await one.SendEventAsync("u1", "i2", ShopEventType.Purchase);
        var events = other.Services.GetRequiredService<RecOps.Serving.Models.ActiveModel>().Current!.Events;
        await Waiting.UntilAsync(() => events.Of("u1").Events.Length == 1);
        RecommendationResponse after = await other.RecommendAsync("u1");

        Assert.Equal(RecommendationSource.Computed, after.Source);
        Assert.Contains(after.Items.Take(5), item => item.ItemId == "i2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recommend_EventsFromBeforeTheReplicaStarted_Known(bool caches)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication one = await StartAsync(redis);
        await one.SendEventAsync("newcomer", "i2", ShopEventType.View);
        var database = Multiplexer(one).GetDatabase();
        await Waiting.UntilAsync(() => database.KeyExists("recops:history:{newcomer}"));

        await using RecOpsApplication other = await StartAsync(redis, caches: caches);
        RecommendationResponse answer = await other.RecommendAsync(new RecommendationRequest { UserId = "newcomer", Count = 5 });

        Assert.Equal(RecommendationSource.Computed, answer.Source);
        Assert.All(answer.Items, item => Assert.Equal(2, TestBundle.BehaviourOf(item.ItemId)));
    }

    [Fact]
    public async Task Purge_OnOneReplica_ListInRedisIsNotGivenHere()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await StartAsync(redis);
        await application.RecommendAsync("u1");
        await KeptAsync(application, "u1");
        application.Time.Advance(TimeSpan.FromSeconds(1));

        await application.CreateClient().DeleteAsync(Routes.CachedFor("u1"), TestContext.Current.CancellationToken);
        application.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
    }

    [Fact]
    public async Task Purge_ReplicaThatStartsLater_ListInRedisIsNotGivenThereEither()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication one = await StartAsync(redis);
        await one.RecommendAsync("u1");
        await KeptAsync(one, "u1");
        one.Time.Advance(TimeSpan.FromSeconds(1));
        await one.CreateClient().DeleteAsync(Routes.CachedFor("u1"), TestContext.Current.CancellationToken);
        var database = Multiplexer(one).GetDatabase();
        await Waiting.UntilAsync(() => database.KeyExists("recops:history:{u1}"));

        await using RecOpsApplication later = await StartAsync(redis);
        later.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(RecommendationSource.Computed, (await later.RecommendAsync("u1")).Source);
    }

    [Fact]
    public async Task Purge_OnOneReplica_OthersDropTheListToo()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication one = await StartAsync(redis);
        await using RecOpsApplication other = await StartAsync(redis);
        await other.RecommendAsync("u1");
        await KeptAsync(other, "u1");
        foreach (RecOpsApplication application in new[] { one, other })
            application.Time.Advance(TimeSpan.FromSeconds(1));

        await one.CreateClient().DeleteAsync(Routes.CachedFor("u1"), TestContext.Current.CancellationToken);
        var events = other.Services.GetRequiredService<RecOps.Serving.Models.ActiveModel>().Current!.Events;
        await Waiting.UntilAsync(() => events.Of("u1").PurgedAt > 0);
        other.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RecommendationSource.Computed, (await other.RecommendAsync("u1")).Source);
    }

    [Fact]
    public async Task Recommend_RedisKilledFrozenAndRestarted_AlwaysAList()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await StartAsync(redis, deadlineMs: 5);
        HttpClient client = application.CreateClient();

        redis.Freeze();
        for (int user = 0; user < 30; user++)
            await ListAsync($"u{user}");
        RedisState frozen = (await client.GetAsync<CacheState>(Routes.Cache)).Redis!;
        redis.Thaw();
        redis.Kill();
        for (int user = 0; user < 30; user++)
            await ListAsync($"u{user}", "cart");
        await redis.RestartAsync();

        Assert.NotEqual("closed", frozen.Breaker);
        Assert.Contains("took longer than", frozen.Detail, StringComparison.Ordinal);
        var connection = application.Services.GetRequiredService<RedisConnection>();
        await Waiting.UntilAsync(() => connection.IsConnected);

        // The first call after the break probes Redis and closes the breaker.
        int next = 0;
        await Waiting.UntilAsync(async () =>
        {
            await ListAsync($"u{next++ % 30}", "search");
            await ListAsync($"stranger{next}");
            return (await client.GetAsync<CacheState>(Routes.Cache)).Redis!.Breaker == "closed";
        });

        async Task ListAsync(string user, string placement = "home")
        {
            RecommendationResponse answer = await application.RecommendAsync(
                new RecommendationRequest { UserId = user, Placement = placement }
            );
            Assert.NotEmpty(answer.Items);
            Assert.False(answer.Degraded);
        }
    }

    [Fact]
    public async Task Start_NoRedisThere_ServesAndSaysSo()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["ConnectionStrings:Redis"] = "127.0.0.1:1,connectTimeout=200,connectRetry=0" }
        );

        Assert.Equal(RecommendationSource.Computed, (await application.RecommendAsync("u1")).Source);
        Assert.Equal(RecommendationSource.L1, (await application.RecommendAsync("u1")).Source);
        RedisState state = (await application.CreateClient().GetAsync<CacheState>(Routes.Cache)).Redis!;
        Assert.Equal(["127.0.0.1:1"], state.Endpoints);
        Assert.Contains("Not connected", state.Detail, StringComparison.Ordinal);
    }

    private static async Task<RecOpsApplication> StartAsync(RedisServer redis, int deadlineMs = 1000, bool caches = true)
    {
        RecOpsApplication application = await RecOpsApplication.StartAsync(
            new()
            {
                ["ConnectionStrings:Redis"] = redis.ConnectionString,
                ["Caching:Enabled"] = caches ? "true" : "false",

                // For tests about what Redis holds: on a busy machine, a read may take longer than a request would wait.
                ["Caching:L2DeadlineMs"] = $"{deadlineMs}",
            }
        );
        await Waiting.UntilAsync(() => application.Services.GetRequiredService<RedisConnection>().IsConnected);
        return application;
    }

    private static StackExchange.Redis.IConnectionMultiplexer Multiplexer(RecOpsApplication application) =>
        application.Services.GetRequiredService<RedisConnection>().TryGet(out StackExchange.Redis.IConnectionMultiplexer? multiplexer)
            ? multiplexer
            : throw new InvalidOperationException("Not connected.");

    /// <summary>Waits until the user's list is in Redis too.</summary>
    private static async Task KeptAsync(RecOpsApplication application, string user)
    {
        HttpClient client = application.CreateClient();
        await Waiting.UntilAsync(async () =>
            (await client.GetAsync<CachedUser>(Routes.CachedFor(user))).Entries is [{ Tiers.Length: 2 }, ..]
        );
    }
}
