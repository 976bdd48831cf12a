using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Clusters;
using RecOps.Server.Storage;
using StackExchange.Redis;
using Xunit;

namespace RecOps.Tests.Server.Clusters;

public sealed class WarmLockTests
{
    [Fact]
    public async Task Take_AnswerComesTooLate_NobodyHoldsIt()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
        var connection = application.Services.GetRequiredService<RedisConnection>();
        await Waiting.UntilAsync(() => connection.IsConnected);
        Assert.True(connection.TryGet(out IConnectionMultiplexer? multiplexer));

        redis.Freeze();
        Assert.Null(await application.Services.GetRequiredService<WarmLock>().TakeAsync(TestContext.Current.CancellationToken));
        redis.Thaw();

        // Asked on the same connection, after everything that was sent before.
        Assert.False(await multiplexer.GetDatabase().KeyExistsAsync(RedisKeys.Warming));
    }

    [Fact]
    public async Task Take_AnotherHasItAndGivesItBack_TheNextOneGetsIt()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
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
    }
}
