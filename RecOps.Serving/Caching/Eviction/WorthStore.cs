using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching.Buffers;

namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// A store that keeps the most valuable lists, exactly within its bytes. Source: docs/decisions/0011-eviction.md.
/// 1. A hit is one dictionary lookup and an entry in a striped buffer, which may be lost under contention.
/// 2. A full buffer, and every write, replays the buffered hits under the one lock.
/// 3. Each request updates the frequencies (<see cref="RequestHistory"/>) and the miniature caches that pick the policy setting (<see
/// cref="PolicyChoice"/>).
/// 4. A write adds or replaces the value; an older value never replaces a newer one.
/// 5. <see cref="EvictionPolicy"/> then evicts until everything fits.
/// </summary>
internal sealed class WorthStore<TKey, TValue> : ICacheStore<TKey, TValue>
    where TKey : notnull
    where TValue : class, ICacheValue
{
    private const int BufferSize = 64;
    private const int LeastEntries = 16;

    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly StripedMpscBuffer<Entry> _hits = new(Environment.ProcessorCount, BufferSize);
    private readonly Entry[] _drained = new Entry[BufferSize];
    private readonly Func<TKey, ulong> _hash;
    private readonly ICacheObserver _observer;
    private readonly RequestHistory _history;
    private readonly PolicyChoice _choice;
    private readonly EvictionPolicy _policy;
    private readonly Lock _gate = new();
    private long _bytes;

    /// <param name="largest">Largest possible value in bytes.</param>
    /// <param name="hash">Spreads keys evenly over all bits.</param>
    public WorthStore(long capacityBytes, int largest, Func<TKey, ulong> hash, ICacheObserver observer)
    {
        (CapacityBytes, _hash, _observer) = (capacityBytes, hash, observer);
        int entries = (int)Math.Clamp(capacityBytes / largest, LeastEntries, 1 << 28);
        _history = new RequestHistory(entries);
        _choice = new PolicyChoice(capacityBytes, entries, _history);
        _policy = new EvictionPolicy(capacityBytes, _choice.Best);
    }

    public int Count => _entries.Count;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long CapacityBytes { get; }

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (!_entries.TryGetValue(key, out Entry? entry))
        {
            value = null;
            return false;
        }

        value = entry.Value;
        if (_hits.TryAdd(entry) == BufferStatus.Full && _gate.TryEnter())
        {
            try
            {
                Drain();
            }
            finally
            {
                _gate.Exit();
            }
        }

        return true;
    }

    public bool TryPeek(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        value = _entries.TryGetValue(key, out Entry? entry) ? entry.Value : null;
        return value is not null;
    }

    public bool Set(TKey key, TValue value)
    {
        lock (_gate)
        {
            Drain();
            if (_entries.TryGetValue(key, out Entry? entry))
            {
                if (entry.Value.Version > value.Version)
                    return false;
                Replace(entry, value);
            }
            else
            {
                Add(key, value);
            }

            while (_policy.Evict() is Entry evicted)
                Forget(evicted, RemovalReason.Capacity);
            Interlocked.Exchange(ref _bytes, _policy.Bytes);
            return true;
        }
    }

    public bool Remove(TKey key, TValue value, RemovalReason reason)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out Entry? entry) || !ReferenceEquals(entry.Value, value))
                return false;
            _policy.Remove(entry);
            Forget(entry, reason);
            Interlocked.Exchange(ref _bytes, _policy.Bytes);
            return true;
        }
    }

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries() => _entries.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Value));

    public IEnumerable<KeyValuePair<TKey, TValue>> BestFirst()
    {
        lock (_gate)
        {
            Drain();
            return [.. _policy.All().Cast<Entry>().Select(entry => KeyValuePair.Create(entry.Key, entry.Value))];
        }
    }

    private void Add(TKey key, TValue value)
    {
        var entry = new Entry
        {
            Key = key,
            Value = value,
            Hash = _hash(key),
            Bytes = value.Bytes,
            Cost = value.Cost,
            Cluster = value.Cluster,
        };
        _history.Clusters.Entered(entry.Cluster);
        if (value.WasAskedFor)
            Asked(entry);
        _entries[key] = entry;
        _policy.Add(entry);
    }

    private void Replace(Entry entry, TValue value)
    {
        _observer.Removed(RemovalReason.Replaced);
        _history.Clusters.Left(entry.Cluster);
        _history.Clusters.Entered(value.Cluster);
        (entry.Value, entry.Cost, entry.Cluster) = (value, value.Cost, value.Cluster);
        _policy.Resize(entry, value.Bytes);
    }

    private void Forget(Entry entry, RemovalReason reason)
    {
        _entries.TryRemove(entry.Key, out _);
        _history.Clusters.Left(entry.Cluster);
        _observer.Removed(reason);
    }

    private void Asked(Entry entry)
    {
        _history.Asked(entry);
        _choice.Asked(entry);
        _policy.Setting = _choice.Best;
    }

    /// <summary>Replays the buffered hits. Call under the lock.</summary>
    private void Drain()
    {
        for (int count; (count = _hits.DrainTo(_drained)) > 0; )
        {
            foreach (Entry entry in _drained.AsSpan(0, count))
            {
                Asked(entry);
                _policy.Touch(entry);
            }
        }

        Array.Clear(_drained);
    }

    private sealed class Entry : EvictionNode
    {
        private TValue? _value;

        public required TKey Key { get; init; }

        public required TValue Value
        {
            get => Volatile.Read(ref _value)!;
            set => Volatile.Write(ref _value, value);
        }
    }
}
