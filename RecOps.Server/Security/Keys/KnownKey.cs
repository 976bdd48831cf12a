using System.Threading.RateLimiting;

namespace RecOps.Server.Security.Keys;

/// <summary>A valid key with its rate limit.</summary>
internal sealed class KnownKey : IDisposable
{
    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(100);
    private readonly string[] _scopes;
    private readonly TokenBucketRateLimiter? _limiter;
    private readonly TimeProvider _time;
    private readonly int _perSecond;
    private readonly Lock _debts = new();
    private int _owed;
    private long _usedAt;
    private long _usedTick;

    public KnownKey(StoredKey key, RateLimitOptions limits, TimeProvider time)
    {
        Stored = key;
        _time = time;
        _scopes = key.Scopes.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (!limits.Enabled)
            return;
        int perSecond = _perSecond = key.RequestsPerSecond ?? limits.RequestsPerSecond;
        int perRefill = Math.Max(1, (int)(perSecond * Refill.TotalSeconds));
        _limiter = new TokenBucketRateLimiter(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = perSecond,
                TokensPerPeriod = perRefill,
                ReplenishmentPeriod = TimeSpan.FromSeconds((double)perRefill / perSecond),
                QueueLimit = 0,
            }
        );
    }

    public StoredKey Stored { get; }

    public string Id => Stored.Id;

    public void Dispose() => _limiter?.Dispose();

    public bool Has(string scope) => Array.IndexOf(_scopes, scope) >= 0;

    /// <summary>Counts a call.</summary>
    /// <param name="retryAfter">How long to wait when over the limit.</param>
    /// <returns>False when over the limit.</returns>
    public bool TryUse(out TimeSpan retryAfter)
    {
        long tick = Environment.TickCount64;

        // One write per second: the field is shared by all processors.
        if (tick - Volatile.Read(ref _usedTick) > 1000)
        {
            Volatile.Write(ref _usedTick, tick);
            Volatile.Write(ref _usedAt, _time.GetUtcNow().ToUnixTimeMilliseconds());
        }

        return TryAcquire(out retryAfter);
    }

    /// <summary>
    /// Charges a counted call for further requests. What exceeds the available tokens becomes debt, at most a second's worth, and calls are
    /// refused until it is paid. A call that had to get all its tokens at once would starve beside others of the same key.
    /// </summary>
    public void UseMore(int more)
    {
        if (_limiter is null)
            return;
        lock (_debts)
        {
            int now = Pay(more);
            Volatile.Write(ref _owed, Math.Min(_owed + more - now, _perSecond));
        }
    }

    /// <returns>How many of those could be paid.</returns>
    private int Pay(int calls)
    {
        try
        {
            int room = (int)Math.Min(calls, _limiter!.GetStatistics()?.CurrentAvailablePermits ?? 0);
            if (room <= 0)
                return 0;
            using RateLimitLease lease = _limiter.AttemptAcquire(room);
            return lease.IsAcquired ? room : 0;
        }
        catch (ObjectDisposedException)
        {
            // The key was changed after it was looked up.
            return calls;
        }
    }

    /// <returns>Whether the debt is paid.</returns>
    private bool TrySettle(out TimeSpan retryAfter)
    {
        lock (_debts)
        {
            if (_owed > 0)
                Volatile.Write(ref _owed, _owed - Pay(_owed));
            retryAfter = TimeSpan.FromSeconds((double)_owed / Math.Max(1, _perSecond));
            return _owed == 0;
        }
    }

    private bool TryAcquire(out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (_limiter is null)
            return true;
        if (Volatile.Read(ref _owed) > 0 && !TrySettle(out retryAfter))
            return false;
        try
        {
            using RateLimitLease lease = _limiter.AttemptAcquire();
            if (lease.IsAcquired)
                return true;
            lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter);
            return false;
        }
        catch (ObjectDisposedException)
        {
            // The key was changed after it was looked up.
            return true;
        }
    }

    /// <returns>When it was last used; null if it was not used since the last call of this method.</returns>
    public DateTimeOffset? TakeUse()
    {
        long used = Interlocked.Exchange(ref _usedAt, 0);
        return used == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(used);
    }
}
