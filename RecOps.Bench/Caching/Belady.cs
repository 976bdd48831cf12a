namespace RecOps.Bench.Caching;

/// <summary>
/// Knows the future (Belady, "A study of replacement algorithms for a virtual-storage computer", 1966): evicts the list whose next
/// request is furthest away, including the one just requested. With lists of equal size, no cache can have a higher hit rate. With
/// different sizes, it is a reference point.
/// </summary>
internal static class Belady
{
    public static CacheRun Run(Trace trace, long capacity)
    {
        int[] next = NextUses(trace.Requests);
        var uses = new Dictionary<ulong, int>();
        var order = new PriorityQueue<ulong, int>();
        var sizes = new Dictionary<ulong, int>();
        long bytes = 0;
        int at = -1;
        return CacheRun.Replay(Rivals.Best, trace, TryGet, Set);

        bool TryGet(ulong key)
        {
            at++;
            if (!uses.ContainsKey(key))
                return false;
            Use(key);
            return true;
        }

        void Set(TraceRequest request)
        {
            if (next[at] == int.MaxValue)
                return;
            Use(request.Key);
            sizes[request.Key] = request.Bytes;
            bytes += request.Bytes;
            while (bytes > capacity && order.TryDequeue(out ulong last, out int priority))
            {
                // Outdated entries: a list requested again has a newer entry in the queue.
                if (!uses.TryGetValue(last, out int use) || use != -priority)
                    continue;
                uses.Remove(last);
                bytes -= sizes[last];
            }
        }

        void Use(ulong key)
        {
            uses[key] = next[at];
            order.Enqueue(key, -next[at]);
        }
    }

    private static int[] NextUses(TraceRequest[] requests)
    {
        var next = new int[requests.Length];
        var seen = new Dictionary<ulong, int>();
        for (int i = requests.Length - 1; i >= 0; i--)
        {
            next[i] = seen.GetValueOrDefault(requests[i].Key, int.MaxValue);
            seen[requests[i].Key] = i;
        }

        return next;
    }
}
