using RecOps.Server.Storage;
using StackExchange.Redis;

namespace RecOps.Server.Clusters;

/// <summary>
/// Lets one replica warm at a time where they share Redis. A replica that dies loses the lock within seconds. Without Redis, or while it is
/// down, each replica warms on its own.
/// </summary>
internal sealed class WarmLock(RedisConnection redis, TimeProvider time)
{
    // One command each, executed whenever the server gets to it. The client's own LockRelease checks the owner first: it blocks a thread
    // while a frozen server does not answer, and then leaves the lock in place.
    private const string ReleaseScript = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";
    private const string ExtendScript =
        "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0";
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <summary>Waits until no other replica warms.</summary>
    /// <returns>Dispose it when done; null when there is no Redis to coordinate through.</returns>
    public async Task<IAsyncDisposable?> TakeAsync(CancellationToken cancellationToken)
    {
        string holder = Guid.NewGuid().ToString("N");
        while (redis.IsConnected && redis.TryGet(out IConnectionMultiplexer? multiplexer))
        {
            IDatabase database = multiplexer.GetDatabase();
            bool answered = false;
            try
            {
                bool taken = await database.LockTakeAsync(RedisKeys.Warming, holder, Held).WaitAsync(Deadline, cancellationToken);
                answered = true;
                if (taken)
                    return new Holding(database, holder, time);
            }
            catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
            {
                return null;
            }
            finally
            {
                // The answer may come late, when nobody would hold the lock any more.
                if (!answered)
                    _ = ReleaseAsync(database, holder);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }

        return null;
    }

    private static Task ReleaseAsync(IDatabase database, string holder) =>
        RunAsync(database, ReleaseScript, [holder], () => database.LockReleaseAsync(RedisKeys.Warming, holder));

    private static Task ExtendAsync(IDatabase database, string holder) =>
        RunAsync(
            database,
            ExtendScript,
            [holder, (long)Held.TotalMilliseconds],
            () => database.LockExtendAsync(RedisKeys.Warming, holder, Held)
        );

    /// <summary>Never throws: nobody waits for it, and a lock that is not released expires.</summary>
    /// <param name="otherwise">Fallback for a server without scripts, such as Garnet in its default configuration.</param>
    private static async Task RunAsync(IDatabase database, string script, RedisValue[] values, Func<Task<bool>> otherwise)
    {
        try
        {
            try
            {
                await database.ScriptEvaluateAsync(script, [RedisKeys.Warming], values);
            }
            catch (RedisServerException)
            {
                await otherwise();
            }
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // Redis is down, or this server is shutting down.
        }
    }

    private sealed class Holding : IAsyncDisposable
    {
        private readonly IDatabase _database;
        private readonly string _holder;
        private readonly ITimer _renewal;

        public Holding(IDatabase database, string holder, TimeProvider time)
        {
            (_database, _holder) = (database, holder);
            _renewal = time.CreateTimer(_ => _ = ExtendAsync(database, holder), null, Renewal, Renewal);
        }

        public async ValueTask DisposeAsync()
        {
            await _renewal.DisposeAsync();
            _ = ReleaseAsync(_database, _holder);
        }
    }
}
