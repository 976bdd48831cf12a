using RecOps.Server.Storage;
using RecOps.Serving.Caching;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>Sums the cache's figures over several seconds.</summary>
internal static class CacheWindows
{
    private const string RedisStage = "redis";

    /// <param name="scratch">Scratch space for merging latencies.</param>
    public static CacheWindow? Of(ReadOnlySpan<TelemetrySlice> slices, LatencyBuckets scratch)
    {
        if (slices[^1].Caching is not { } last)
            return null;
        long[] misses = new long[CachingMetrics.MissNames.Length],
            removals = new long[CachingMetrics.RemovalNames.Length];
        long age = 0,
            refreshes = 0,
            late = 0,
            shared = 0;
        foreach (TelemetrySlice slice in slices)
        {
            if (slice.Caching is not { } caching)
                continue;
            Add(caching.Misses, misses);
            Add(caching.Removals, removals);
            age += caching.HitAgeMilliseconds;
            refreshes += caching.Refreshes;
            late += caching.LateWrites;
            shared += caching.Shared?.SharedReads ?? 0;
        }

        return new CacheWindow(
            Named(CachingMetrics.MissNames, misses),
            Named(CachingMetrics.RemovalNames, removals),
            age / 1000.0,
            refreshes,
            late,
            shared,
            last.Bytes,
            last.Entries
        )
        {
            Redis = last.Shared is null ? null : Redis(slices, scratch),
        };
    }

    private static RedisWindow Redis(ReadOnlySpan<TelemetrySlice> slices, LatencyBuckets scratch)
    {
        scratch.Reset();
        var reads = new long[Enum.GetValues<CallEnd>().Length];
        var writes = new long[reads.Length];
        long hits = 0,
            sum = 0;
        foreach (TelemetrySlice slice in slices)
        {
            if (slice.Caching?.Shared is not { } redis)
                continue;
            Add(redis.Reads, reads);
            Add(redis.Writes, writes);
            hits += redis.Hits;
            sum += redis.Latency.Sum;
            scratch.Add(redis.Latency);
        }

        return new RedisWindow(
            reads[(int)CallEnd.Succeeded] + reads[(int)CallEnd.TimedOut] + reads[(int)CallEnd.Failed],
            hits,
            reads[(int)CallEnd.TimedOut],
            reads[(int)CallEnd.Failed],
            reads[(int)CallEnd.Skipped],
            writes[(int)CallEnd.Succeeded],
            writes[(int)CallEnd.TimedOut] + writes[(int)CallEnd.Failed],
            writes[(int)CallEnd.Skipped],
            scratch.Summarize(RedisStage, sum)
        );
    }

    private static void Add(long[] counts, long[] sums)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += counts[i];
    }

    private static Dictionary<string, long> Named(string[] names, long[] counts) =>
        names.Zip(counts).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
}
