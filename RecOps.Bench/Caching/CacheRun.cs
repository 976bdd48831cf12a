namespace RecOps.Bench.Caching;

/// <summary>What one cache did with a trace.</summary>
/// <param name="HitRatio">Hits over requests, 0 to 1.</param>
/// <param name="Saved">Cost of the hits over the cost of all requests, 0 to 1.</param>
internal readonly record struct CacheRun(string Cache, double HitRatio, double Saved)
{
    /// <param name="tryGet">Whether the key is cached; counts as a use.</param>
    /// <param name="set">Adds a list that was requested and missing.</param>
    public static CacheRun Replay(string cache, Trace trace, Func<ulong, bool> tryGet, Action<TraceRequest> set)
    {
        long hits = 0;
        double saved = 0,
            all = 0;
        foreach (TraceRequest request in trace.Requests)
        {
            all += request.Cost;
            if (tryGet(request.Key))
            {
                hits++;
                saved += request.Cost;
            }
            else
            {
                set(request);
            }
        }

        return new CacheRun(cache, (double)hits / trace.Requests.Length, saved / all);
    }
}
