using RecOps.Server.Storage;
using StackExchange.Redis;

namespace RecOps.Server.Clusters;

/// <summary>
/// Lets one replica warm at a time where they share Redis. A replica that dies loses it within seconds; without Redis, or while it is gone,
/// each warms as if it were alone.
/// </summary>
internal sealed class WarmLock(RedisConnection redis, TimeProvider time)
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    /// <summary>Waits until no other replica warms.</summary>
    /// <returns>To be disposed when done; null when there is nobody to agree with.</returns>
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
                if (taken) return new Holding(database, holder, time);
            }
            catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
            {
                return null;
            }
            finally
            {
                // The answer may come late, and nobody would hold what was taken.
                if (!answered) _ = ReleaseAsync(database, holder);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }

        return null;
    }

    private static async Task ReleaseAsync(IDatabase database, string holder)
    {
        try
        {
            // Not fire and forget: the client then does not see that the lock is its own, and leaves it.
            await database.LockReleaseAsync(RedisKeys.Warming, holder);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // It ends by itself.
        }
    }

    /// <summary>Begins on a timer's thread, where nobody catches what is thrown.</summary>
    private static async Task ExtendAsync(IDatabase database, string holder)
    {
        try
        {
            await database.LockExtendAsync(RedisKeys.Warming, holder, Held);
        }
        catch (Exception)
        {
            // Whatever it is: it would end the process. Without Redis each warms as if it were alone.
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
            await ReleaseAsync(_database, _holder);
        }
    }
}
