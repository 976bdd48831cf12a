using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Clusters;
using RecOps.Server.Storage;
using StackExchange.Redis;
using Xunit;

namespace RecOps.Tests.Server.Clusters;

public sealed class WarmLockTests
{
    [Fact]
    public async Task Take_AnswerComesTooLate_IsGivenBackAndDoesNotHaveToExpire()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["ConnectionStrings:Redis"] = redis.ConnectionString + ",allowAdmin=true" }
        );
        var connection = application.Services.GetRequiredService<RedisConnection>();
        await Waiting.UntilAsync(() => connection.IsConnected);
        Assert.True(connection.TryGet(out IConnectionMultiplexer? multiplexer));

        redis.Freeze();
        Assert.Null(await application.Services.GetRequiredService<WarmLock>().TakeAsync(TestContext.Current.CancellationToken));
        redis.Thaw();

        IDatabase database = multiplexer.GetDatabase();
        await Waiting.UntilAsync(async () => !await database.KeyExistsAsync(RedisKeys.Warming));
        await AssertNothingExpiredAsync(connection);
    }

    [Fact]
    public async Task Take_HeldForLong_IsExtended()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["ConnectionStrings:Redis"] = redis.ConnectionString }
        );
        var connection = application.Services.GetRequiredService<RedisConnection>();
        await Waiting.UntilAsync(() => connection.IsConnected);
        await using IAsyncDisposable? held = await application
            .Services.GetRequiredService<WarmLock>()
            .TakeAsync(TestContext.Current.CancellationToken);
        Assert.True(connection.TryGet(out IConnectionMultiplexer? multiplexer));
        IDatabase database = multiplexer.GetDatabase();
        Assert.True(await database.KeyExpireAsync(RedisKeys.Warming, TimeSpan.FromHours(1)));

        application.Time.Advance(TimeSpan.FromSeconds(3));

        await Waiting.UntilAsync(async () =>
            await database.KeyTimeToLiveAsync(RedisKeys.Warming) is { } left && left < TimeSpan.FromMinutes(1)
        );
    }

    [Fact]
    public async Task Take_AnotherHasItAndGivesItBack_TheNextOneGetsIt()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["ConnectionStrings:Redis"] = redis.ConnectionString + ",allowAdmin=true" }
        );
        var connection = application.Services.GetRequiredService<RedisConnection>();
        await Waiting.UntilAsync(() => connection.IsConnected);
        var turn = application.Services.GetRequiredService<WarmLock>();
        IAsyncDisposable? first = await turn.TakeAsync(TestContext.Current.CancellationToken);
        Task<IAsyncDisposable?> second = turn.TakeAsync(TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);

        await first!.DisposeAsync();

        await Waiting.UntilAsync(() =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(1));
            return second.IsCompleted;
        });
        await using IAsyncDisposable? held = await second;
        Assert.NotNull(held);
        await AssertNothingExpiredAsync(connection);
    }

    private static async Task AssertNothingExpiredAsync(RedisConnection connection)
    {
        Assert.True(connection.TryGet(out IConnectionMultiplexer? multiplexer));
        string statistics = (await multiplexer.GetServers()[0].InfoRawAsync("stats"))!;
        Assert.Contains("expired_keys:0", statistics, StringComparison.Ordinal);
    }
}
