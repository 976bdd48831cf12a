using RecOps.Serving.Caching.Eviction;

namespace RecOps.Serving.Caching;

/// <summary>Creates the configured first tier.</summary>
internal static class CacheStores
{
    public static ICacheStore<CacheKey, CachedList> Create(CachingOptions options, ICacheObserver observer)
    {
        int largest = CachedList.BytesOf(options.ListLength);
        return options.Policy == "lfu"
            ? new LfuStore<CacheKey, CachedList>(options.L1Bytes, largest, observer)
            : new WorthStore<CacheKey, CachedList>(options.L1Bytes, largest, key => key.Hash, observer);
    }
}
