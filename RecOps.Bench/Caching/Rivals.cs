using BitFaster.Caching.Scheduler;
using Microsoft.Extensions.Caching.Memory;
using RecOps.Serving.Caching.Eviction;
using ZiggyCreatures.Caching.Fusion;

namespace RecOps.Bench.Caching;

/// <summary>The compared caches, each with a limit in bytes.</summary>
internal static class Rivals
{
    public const string Own = "worth";
    public const string Best = "Belady";

    /// <summary>Their names in the order of the tables' columns.</summary>
    public static readonly string[] Names = ["LRU", "W-TinyLFU", "MemoryCache", "FusionCache"];

    public static CacheRun Run(string name, Trace trace, long capacity) =>
        name switch
        {
            Own => OfStore(name, trace, new WorthStore<ulong, TraceValue>(capacity, trace.LargestBytes, key => key, new NoObserver())),
            "W-TinyLFU" => OfStore(
                name,
                trace,
                new LfuStore<ulong, TraceValue>(capacity, trace.LargestBytes, new NoObserver(), new ForegroundScheduler())
            ),
            "LRU" => OfLru(trace, capacity),
            "MemoryCache" => OfMemoryCache(trace, capacity),
            "FusionCache" => OfFusionCache(trace, capacity),
            Best => Belady.Run(trace, capacity),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such cache."),
        };

    private static CacheRun OfStore(string name, Trace trace, ICacheStore<ulong, TraceValue> store) =>
        CacheRun.Replay(name, trace, key => store.TryGet(key, out _), request => store.Set(request.Key, new TraceValue(request)));

    /// <summary>Exact in both order and bytes.</summary>
    private static CacheRun OfLru(Trace trace, long capacity)
    {
        var nodes = new Dictionary<ulong, LinkedListNode<TraceRequest>>();
        var order = new LinkedList<TraceRequest>();
        long bytes = 0;
        return CacheRun.Replay("LRU", trace, TryGet, Set);

        bool TryGet(ulong key)
        {
            if (!nodes.TryGetValue(key, out LinkedListNode<TraceRequest>? node))
                return false;
            order.Remove(node);
            order.AddFirst(node);
            return true;
        }

        void Set(TraceRequest request)
        {
            nodes.Add(request.Key, order.AddFirst(request));
            for (bytes += request.Bytes; bytes > capacity; order.RemoveLast())
            {
                bytes -= order.Last!.Value.Bytes;
                nodes.Remove(order.Last.Value.Key);
            }
        }
    }

    private static CacheRun OfMemoryCache(Trace trace, long capacity)
    {
        using var cache = new MemoryCache(new MemoryCacheOptions { SizeLimit = capacity });
        return CacheRun.Replay(
            "MemoryCache",
            trace,
            key => cache.TryGetValue(key, out _),
            request => cache.Set(request.Key, request, new MemoryCacheEntryOptions { Size = request.Bytes })
        );
    }

    private static CacheRun OfFusionCache(Trace trace, long capacity)
    {
        using var memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = capacity });
        using var cache = new FusionCache(new FusionCacheOptions(), memory);
        return CacheRun.Replay(
            "FusionCache",
            trace,
            key => cache.TryGet<TraceValue>(Text(key)).HasValue,
            request =>
                cache.Set(
                    Text(request.Key),
                    new TraceValue(request),
                    new FusionCacheEntryOptions(TimeSpan.FromHours(6)) { Size = request.Bytes }
                )
        );

        static string Text(ulong key) => key.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    internal sealed class NoObserver : ICacheObserver
    {
        public void Removed(RemovalReason reason) { }
    }
}
