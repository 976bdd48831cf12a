using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Scheduler;

namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// W-TinyLFU (Einziger, Friedman and Manes 2017) from BitFaster. It counts entries, not bytes. The capacity assumes that each entry has the
/// largest possible size, so the bound in bytes always holds.
/// </summary>
internal sealed class LfuStore<TKey, TValue> : ICacheStore<TKey, TValue>
    where TKey : notnull
    where TValue : class, ICacheValue
{
    private const int LeastEntries = 16;
    private readonly ConcurrentLfu<TKey, TValue> _lfu;
    private readonly ICacheObserver _observer;
    private readonly Lock _writes = new();

    /// <param name="largest">Largest possible value in bytes.</param>
    /// <param name="scheduler">Runs its maintenance; null for the thread pool.</param>
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

    /// <summary>Recounted on each call, once a second: the library reports removals too late and too loosely to maintain a sum.</summary>
    public long Bytes => _lfu.Sum(entry => (long)entry.Value.Bytes);

    public long CapacityBytes { get; }

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value) => _lfu.TryGet(key, out value!);

    /// <summary>The library cannot peek without counting a use; few callers need to.</summary>
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
