using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Scheduler;

namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// W-TinyLFU (Einziger, Friedman and Manes 2017) by BitFaster. It counts entries, not bytes: as many are kept as fit when each is the
/// largest there can be, so the bound in bytes always holds.
/// </summary>
internal sealed class LfuStore<TKey, TValue> : ICacheStore<TKey, TValue>
    where TKey : notnull
    where TValue : class, ICacheValue
{
    private const int LeastEntries = 16;
    private readonly ConcurrentLfu<TKey, TValue> _lfu;
    private readonly ICacheObserver _observer;
    private readonly Lock _writes = new();

    /// <param name="largest">Bytes of the largest value there can be.</param>
    /// <param name="scheduler">Runs its upkeep; null for the thread pool.</param>
    public LfuStore(long capacityBytes, int largest, ICacheObserver observer, IScheduler? scheduler = null)
    {
        (CapacityBytes, _observer) = (capacityBytes, observer);
        int entries = (int)Math.Clamp(capacityBytes / largest, LeastEntries, int.MaxValue / 2);
        _lfu = new ConcurrentLfu<TKey, TValue>(
            Environment.ProcessorCount,
            entries,
            scheduler ?? new ThreadPoolScheduler(),
            EqualityComparer<TKey>.Default
        );
        if (_lfu.Events.Value is not { } events)
            return;
        events.ItemRemoved += (_, removed) =>
        {
            if (removed.Reason == ItemRemovedReason.Evicted)
                _observer.Removed(RemovalReason.Capacity);
        };
    }

    public int Count => _lfu.Count;

    /// <summary>
    /// Added up anew each time, which is once a second: the library tells of what left too late and too loosely to keep a sum by.
    /// </summary>
    public long Bytes => _lfu.Sum(entry => (long)entry.Value.Bytes);

    public long CapacityBytes { get; }

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value) => _lfu.TryGet(key, out value!);

    /// <summary>The library has no look that does not count; few callers need one.</summary>
    public bool TryPeek(TKey key, [NotNullWhen(true)] out TValue? value) => _lfu.TryGet(key, out value!);

    public bool Set(TKey key, TValue value)
    {
        lock (_writes)
        {
            if (_lfu.TryGet(key, out TValue? old))
            {
                if (old.Version > value.Version)
                    return false;
                _observer.Removed(RemovalReason.Replaced);
            }

            _lfu.AddOrUpdate(key, value);
            return true;
        }
    }

    public bool Remove(TKey key, TValue value, RemovalReason reason)
    {
        if (!_lfu.TryRemove(new KeyValuePair<TKey, TValue>(key, value)))
            return false;
        _observer.Removed(reason);
        return true;
    }

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries() => _lfu;

    public IEnumerable<KeyValuePair<TKey, TValue>> BestFirst() => _lfu;
}
