using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
namespace RecOps.Server.Caching;
internal sealed class TemporaryStore(long capacity, ICacheObserver observer) : ICacheStore<CacheKey, CachedList>
{
    private readonly ConcurrentDictionary<CacheKey, CachedList> _all = new();
    public int Count => _all.Count;
    public long Bytes => _all.Values.Sum(v => (long)v.Bytes);
    public long CapacityBytes => capacity;
    public bool TryGet(CacheKey key, [NotNullWhen(true)] out CachedList? value) => _all.TryGetValue(key, out value);
    public bool TryPeek(CacheKey key, [NotNullWhen(true)] out CachedList? value) => _all.TryGetValue(key, out value);
    public bool Set(CacheKey key, CachedList value)
    {
        if (_all.TryGetValue(key, out CachedList? old) && old.Version > value.Version) return false;
        _all[key] = value;
        return true;
    }
    public bool Remove(CacheKey key, CachedList value, RemovalReason reason)
    {
        observer.Removed(reason);
        return _all.TryRemove(new KeyValuePair<CacheKey, CachedList>(key, value));
    }
    public IEnumerable<KeyValuePair<CacheKey, CachedList>> Entries() => _all;
}
