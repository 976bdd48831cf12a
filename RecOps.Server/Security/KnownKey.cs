using System.Threading.RateLimiting;

namespace RecOps.Server.Security;

/// <summary>A key that is good, with what its caller has used up.</summary>
internal sealed class KnownKey : IDisposable
{
    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(100);
    private readonly string[] _scopes;
    private readonly TokenBucketRateLimiter? _limiter;
    private readonly TimeProvider _time;
    private readonly int _perSecond;
    private long _usedAt;
    private long _usedTick;

    public KnownKey(StoredKey key, RateLimitOptions limits, TimeProvider time)
    {
        Stored = key;
        _time = time;
        _scopes = key.Scopes.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (!limits.Enabled) return;
        int perSecond = _perSecond = key.RequestsPerSecond ?? limits.RequestsPerSecond;
        int perRefill = Math.Max(1, (int)(perSecond * Refill.TotalSeconds));
        _limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perRefill,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)perRefill / perSecond),
            QueueLimit = 0,
        });
    }

    public StoredKey Stored { get; }

    public string Id => Stored.Id;

    public void Dispose() => _limiter?.Dispose();

    public bool Has(string scope) => Array.IndexOf(_scopes, scope) >= 0;

    /// <summary>Counts a call.</summary>
    /// <param name="retryAfter">How long to wait when there have been too many.</param>
    /// <returns>False when there have been too many.</returns>
    public bool TryUse(out TimeSpan retryAfter)
    {
        long tick = Environment.TickCount64;

        // One write a second: the field is shared by all processors.
        if (tick - Volatile.Read(ref _usedTick) > 1000)
        {
            Volatile.Write(ref _usedTick, tick);
            Volatile.Write(ref _usedAt, _time.GetUtcNow().ToUnixTimeMilliseconds());
        }

        return TryAcquire(1, out retryAfter);
    }

    /// <summary>Counts more for a call that was counted once. A call that asks for more than a second allows takes all of it.</summary>
    /// <inheritdoc cref="TryUse"/>
    public bool TryUseMore(out TimeSpan retryAfter, int more) => TryAcquire(Math.Min(more, _perSecond - 1), out retryAfter);

    private bool TryAcquire(int calls, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (_limiter is null || calls <= 0) return true;
        try
        {
            using RateLimitLease lease = _limiter.AttemptAcquire(calls);
            if (lease.IsAcquired) return true;
            lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter);
            return false;
        }
        catch (ObjectDisposedException)
        {
            // The key was changed between its being found and now.
            return true;
        }
    }

    /// <returns>When it was used last; null when it was not since the last time that somebody asked.</returns>
    public DateTimeOffset? TakeUse()
    {
        long used = Interlocked.Exchange(ref _usedAt, 0);
        return used == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(used);
    }
}
