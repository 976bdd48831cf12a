using RecOps.Serving.Caching.Eviction;
using Xunit;

namespace RecOps.Tests.Serving.Caching.Eviction;

public sealed class WorthStoreTests
{
    private readonly Observer _observer = new();

    internal static ulong HashOf(int key)
    {
        ulong hash = ((ulong)key + 1) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        return hash ^ (hash >> 31);
    }

    [Fact]
    public void Set_ManyOfAllSizes_NeverAboveItsBytesAndNearlyFull()
    {
        WorthStore<int, Value> store = Create(100_000);
        var random = new Random(1);
        for (int i = 0; i < 5_000; i++)
        {
            store.Set(random.Next(2_000), new Value(random.Next(100, 1_000)) { Version = i });
            Assert.InRange(store.Bytes, 0, 100_000);
        }

        Assert.InRange(store.Bytes, 98_000, 100_000);
        Assert.Equal(store.Bytes, store.Entries().Sum(entry => (long)entry.Value.Bytes));
        Assert.Contains(RemovalReason.Capacity, _observer.Reasons);
    }

    [Fact]
    public void Set_LargerThanAll_NotKeptAndNothingBreaks()
    {
        WorthStore<int, Value> store = Create(10_000);
        store.Set(1, new Value(20_000));

        Assert.Equal((0, 0), (store.Count, store.Bytes));
        store.Set(2, new Value(500));
        Assert.True(store.TryGet(2, out _));
    }

    /// <summary>Where recency alone fails: a scan of keys that nobody requests again.</summary>
    [Fact]
    public void Scan_OfKeysAskedForOnce_ThoseAskedForOftenStay()
    {
        WorthStore<int, Value> store = Create(1_000 * 100);
        int lost = 0;
        for (int i = 0; i < 200_000; i++)
        {
            if (i % 4 == 0 && !Ask(store, i / 4 % 700) && i > 150_000)
                lost++;
            else if (i % 4 != 0)
                Ask(store, 1_000_000 + i);
        }

        Assert.InRange(lost, 0, 12_500 / 10);
    }

    /// <summary>Where frequency alone fails: current shoppers were never here before.</summary>
    [Fact]
    public void Visits_OfEverNewShoppers_KeptWhileTheyLast()
    {
        WorthStore<int, Value> store = Create(1_000 * 100);
        int hits = 0;

        // 500 shoppers at a time, each of whom asks ten times and never again.
        for (int i = 0; i < 100_000; i++)
        {
            if (Ask(store, (i / 5_000 * 500) + (i % 500)))
                hits++;
        }

        Assert.InRange(hits, 89_000, 90_000);
    }

    /// <summary>More lists computed ahead than there is room for, while frequency rules.</summary>
    [Fact]
    public void Set_ManyComputedAhead_ThoseAskedForOftenStay()
    {
        WorthStore<int, Value> store = Create(1_000 * 100);
        for (int i = 0; i < 100_000; i++)
            Ask(store, i % 4 == 0 ? i / 4 % 700 : 1_000_000 + i);

        for (int i = 0; i < 20_000; i++)
            store.Set(2_000_000 + i, new Value(100) { WasAskedFor = false });

        Assert.InRange(Enumerable.Range(0, 700).Count(key => store.TryPeek(key, out _)), 600, 700);
    }

    [Fact]
    public void Evict_EquallyOftenAskedFor_CostlyOnesStay()
    {
        WorthStore<int, Value> store = Create(1_000 * 100);
        var random = new Random(3);
        int cheap = 0,
            costly = 0;
        for (int i = 0; i < 200_000; i++)
        {
            int key = random.Next(4_000);
            bool hit = Ask(store, key, key % 2 == 0 ? 1 : 10);
            if (i < 100_000 || !hit)
                continue;
            if (key % 2 == 0)
                cheap++;
            else
                costly++;
        }

        Assert.True(costly > 2 * cheap, $"{costly} hits of costly ones and {cheap} of cheap ones");
    }

    [Fact]
    public void TryGet_Hit_AllocatesNothing()
    {
        WorthStore<int, Value> store = Create(1_000 * 100);
        for (int i = 0; i < 500; i++)
            store.Set(i, new Value(100));
        for (int i = 0; i < 5_000; i++)
            store.TryGet(i % 500, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
            store.TryGet(i % 500, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Ask(WorthStore<int, Value> store, int key, float cost = 1, int bytes = 100)
    {
        if (store.TryGet(key, out _))
            return true;
        store.Set(key, new Value(bytes) { Cost = cost });
        return false;
    }

    private WorthStore<int, Value> Create(long capacity) => new(capacity, 100, HashOf, _observer);
}
