using System.Diagnostics;
using Microsoft.Extensions.Caching.Memory;
using RecOps.Serving.Caching.Eviction;
using ZiggyCreatures.Caching.Fusion;

namespace RecOps.Bench.Caching;

/// <summary>The cost of a hit on one thread, with 100,000 lists requested in random order.</summary>
/// <param name="Nanoseconds">Median of the rounds.</param>
/// <param name="Bytes">Mean bytes allocated per hit.</param>
internal sealed record HitCost(string Cache, double Nanoseconds, double Bytes)
{
    private const int Lists = 100_000;
    private const int Hits = 1_000_000;
    private const int Rounds = 9;

    /// <summary>The caches take turns, so that other load on the machine affects all of them alike.</summary>
    public static IReadOnlyList<HitCost> MeasureAll()
    {
        ulong[] keys = [.. Enumerable.Range(0, Lists).Select(i => ((ulong)i + 1) * 0x9E3779B97F4A7C15)];
        ulong[] asked = new Random(5).GetItems(keys, Hits);
        var request = new TraceRequest(0, 1520, 1, 0);
        var own = new WorthStore<ulong, TraceValue>(Lists * 3000L, request.Bytes, key => key, new Rivals.NoObserver());
        var lfu = new LfuStore<ulong, TraceValue>(Lists * 3000L, request.Bytes, new Rivals.NoObserver());
        using var memory = new MemoryCache(new MemoryCacheOptions());
        using var fusion = new FusionCache(new FusionCacheOptions());
        Dictionary<ulong, string> names = keys.ToDictionary(
            key => key,
            key => key.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        string[] askedNames = [.. asked.Select(key => names[key])];
        foreach (ulong key in keys)
        {
            var value = new TraceValue(request);
            own.Set(key, value);
            lfu.Set(key, value);
            memory.Set(key, value);
            fusion.Set(names[key], value, new FusionCacheEntryOptions(TimeSpan.FromHours(6)));
        }

        (string Name, Func<int, bool> TryGet)[] caches =
        [
            (Rivals.Own, i => own.TryGet(asked[i], out _)),
            (Rivals.Names[1], i => lfu.TryGet(asked[i], out _)),
            (Rivals.Names[2], i => memory.TryGetValue(asked[i], out _)),
            (Rivals.Names[3], i => fusion.TryGet<TraceValue>(askedNames[i]).HasValue),
        ];
        List<(double Nanoseconds, double Bytes)>[] rounds = [.. caches.Select(_ => new List<(double, double)>())];
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < caches.Length; i++)
            {
                (double, double) measured = Measure(caches[i].TryGet);
                if (round >= 0)
                    rounds[i].Add(measured);
            }
        }

        return
        [
            .. caches.Select(
                (cache, i) =>
                    new HitCost(
                        cache.Name,
                        rounds[i].Select(round => round.Nanoseconds).Order().ElementAt(Rounds / 2),
                        rounds[i].Min(round => round.Bytes)
                    )
            ),
        ];
    }

    private static (double Nanoseconds, double Bytes) Measure(Func<int, bool> tryGet)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Hits; i++)
        {
            if (!tryGet(i))
                throw new InvalidOperationException("A list that was added is missing.");
        }

        double nanoseconds = Stopwatch.GetElapsedTime(started).TotalNanoseconds / Hits;
        return (nanoseconds, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Hits);
    }
}
