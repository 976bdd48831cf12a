using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using RecOps.Serving.Caching.Eviction;
using RecOps.Serving.Users;

namespace RecOps.Serving.Caching;

/// <summary>
/// Caches ranked lists before rules, so that no rule edit or stock change ever empties it. One tier is in this process; a second one, where
/// configured, is shared by engines.
/// </summary>
internal sealed class ResultCache
{
    private readonly ICacheStore<CacheKey, CachedList> _lists;
    private readonly Lifetimes _lifetimes;
    private readonly CachingMetrics _metrics;
    private readonly ISharedLists _shared;
    private readonly ISharedHistory _history;
    private readonly TimeProvider _time;

    public ResultCache(
        ICacheStore<CacheKey, CachedList> lists,
        IOptions<CachingOptions> options,
        CachingMetrics metrics,
        ISharedLists shared,
        ISharedHistory history,
        TimeProvider time
    )
    {
        IsEnabled = options.Value.Enabled;
        LargestList = CachedList.BytesOf(options.Value.ListLength);
        (_lists, _lifetimes, _metrics, _shared, _history, _time) = (lists, new Lifetimes(options.Value), metrics, shared, history, time);
        metrics.Watch(() => lists.Bytes, () => lists.Count);
    }

    public bool IsEnabled { get; }

    /// <summary>Whether there is a second tier.</summary>
    public bool HasSecondTier => IsEnabled && _shared.IsConfigured;

    /// <summary>Whether there are other replicas to read from: lists if they are cached, shopper histories in any case.</summary>
    public bool AsksOthers => _history.IsConfigured;

    public ICacheStore<CacheKey, CachedList> Lists => _lists;

    public Lifetimes Lifetimes => _lifetimes;

    /// <summary>Largest possible list in bytes.</summary>
    public int LargestList { get; }

    /// <summary>Whether the user's list need not be refreshed; does not count as a use.</summary>
    /// <param name="fresh">The user's recent history.</param>
    public bool IsFresh(in CacheKey key, FreshHistory fresh) => TryGetFresh(key, fresh.Stamp, fresh.PurgedAt, out _);

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Looks in this process, and counts the result.</summary>
    /// <param name="fresh">The user's recent history.</param>
    /// <param name="list">Not null unless <see cref="Freshness.Absent"/>.</param>
    /// <param name="counts">False for lookups that do not belong to a request.</param>
    public Freshness Find(in CacheKey key, FreshHistory fresh, out CachedList? list, bool counts = true)
    {
        list = null;
        if (!IsEnabled)
            return Freshness.Absent;
        if (!counts)
            return _lists.TryPeek(key, out list) ? _lifetimes.Of(key, list, fresh.Stamp, fresh.PurgedAt, Now) : Freshness.Absent;
        if (!_lists.TryGet(key, out list))
        {
            _metrics.Missed(MissReason.Absent);
            return Freshness.Absent;
        }

        long now = Now;
        Freshness freshness = _lifetimes.Of(key, list, fresh.Stamp, fresh.PurgedAt, now);
        switch (freshness)
        {
            case Freshness.Fresh or Freshness.Aged:
                _metrics.Hit(now - list.Computed);
                break;
            case Freshness.Outdated:
                _metrics.Missed(MissReason.Outdated);
                break;
            default:
                _metrics.Missed(MissReason.Expired);
                _lists.Remove(key, list, RemovalReason.Expired);
                list = null;
                break;
        }

        return freshness;
    }

    /// <summary>Reads the list from the second tier, and the user's history from other replicas.</summary>
    /// <param name="events">Events of the model that the key belongs to.</param>
    /// <param name="items">Items of that model.</param>
    /// <param name="known">An outdated list from this process, or null.</param>
    public async ValueTask<(Freshness Freshness, CachedList? List)> FindSharedAsync(
        FreshEvents events,
        int items,
        CacheKey key,
        string userId,
        CachedList? known
    )
    {
        ValueTask history = _history.FetchAsync(userId, _shared.Deadline);
        CachedList? shared = await _shared.ReadAsync(key, items);
        await history;
        FreshHistory fresh = events.Of(userId);
        long now = Now;
        if (shared is not null)
        {
            Freshness freshness = _lifetimes.Of(key, shared, fresh.Stamp, fresh.PurgedAt, now);
            if (freshness is Freshness.Fresh or Freshness.Aged)
            {
                _shared.CountHit();
                _metrics.Hit(now - shared.Computed);
                _lists.Set(key, shared);
                return (freshness, shared);
            }

            if (freshness == Freshness.Outdated && known is null)
                return (freshness, shared);
        }

        return known is null ? (Freshness.Absent, null) : (Freshness.Outdated, known);
    }

    /// <summary>Reads many lists from the second tier at once, into this process.</summary>
    /// <param name="items">Items of the model that the keys belong to.</param>
    public async ValueTask FetchAsync(int items, IReadOnlyList<CacheKey> keys)
    {
        if (!HasSecondTier)
            return;
        CachedList?[] lists = await _shared.ReadManyAsync(keys, items);
        for (int i = 0; i < lists.Length; i++)
        {
            if (lists[i] is { } list)
                _lists.Set(keys[i], list);
        }
    }

    /// <summary>What happened since the last call. One caller at a time.</summary>
    public CachingSecond TakeSecond() =>
        _metrics.TakeSecond() with
        {
            Bytes = _lists.Bytes,
            Entries = _lists.Count,
            Shared = HasSecondTier ? _shared.TakeSecond() : null,
        };

    /// <summary>Whether another computation has just made the list; does not count as a use.</summary>
    public bool TryGetFresh(in CacheKey key, ulong stamp, long purgedAt, [NotNullWhen(true)] out CachedList? list) =>
        _lists.TryPeek(key, out list) && _lifetimes.Of(key, list, stamp, purgedAt, Now) == Freshness.Fresh;

    /// <summary>Caches a list, unless a newer one is there.</summary>
    public void Store(in CacheKey key, CachedList list)
    {
        if (!_lists.Set(key, list))
            _metrics.RefusedLate();
        else if (list.Count > 0)
            _shared.Write(key, list);
    }
}
