using RecOps.Server.Storage;
using StackExchange.Redis;

namespace RecOps.Server.Clusters;

/// <summary>
/// Lets one replica warm at a time where they share Redis. A replica that dies loses it within seconds; without Redis, or while it is gone,
/// each warms as if it were alone.
/// </summary>
internal sealed class WarmLock(RedisConnection redis, TimeProvider time)
{
    private const string Key = "recops:warming";
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
            try
            {
                if (await database.LockTakeAsync(Key, holder, Held).WaitAsync(Deadline, cancellationToken)) return new Holding(database, holder, time);
            }
            catch (Exception error) when (error is RedisException or TimeoutException)
            {
                return null;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }

        return null;
    }

    private sealed class Holding : IAsyncDisposable
    {
        private readonly IDatabase _database;
        private readonly string _holder;
        private readonly ITimer _renewal;

        public Holding(IDatabase database, string holder, TimeProvider time)
        {
            (_database, _holder) = (database, holder);
            _renewal = time.CreateTimer(_ => Renew(), null, Renewal, Renewal);
        }

        public async ValueTask DisposeAsync()
        {
            await _renewal.DisposeAsync();
            try
            {
                _database.LockRelease(Key, _holder, CommandFlags.FireAndForget);
            }
            catch (Exception error) when (error is RedisException or ObjectDisposedException)
            {
                // It ends by itself.
            }
        }

        private void Renew()
        {
            try
            {
                _database.LockExtend(Key, _holder, Held, CommandFlags.FireAndForget);
            }
            catch (Exception)
            {
                // On a thread of the pool an exception would end the process. Another replica may warm now, which costs no more than time.
            }
        }
    }
}
