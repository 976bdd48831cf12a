using RecOps.Serving.Caching.Eviction;
using Xunit;

namespace RecOps.Tests.Serving.Caching.Eviction;

/// <summary>Invariants of every store.</summary>
public sealed class StoreTests
{
    private const int Largest = 1500;

    [Theory]
    [InlineData("worth")]
    [InlineData("lfu")]
    public void Set_Then_TryGet_SameValue(string policy)
    {
        ICacheStore<int, Value> store = Create(policy, 100 * Largest, out _);
        var value = new Value(1000);

        Assert.False(store.TryGet(1, out _));
        Assert.True(store.Set(1, value));
        Assert.True(store.TryGet(1, out Value? found));
        Assert.Same(value, found);
        Assert.True(store.TryPeek(1, out found));
        Assert.Same(value, found);
        Assert.Equal((1, 1000), (store.Count, store.Bytes));
        Assert.Equal([1], store.Entries().Select(entry => entry.Key));
    }

    [Theory]
    [InlineData("worth")]
    [InlineData("lfu")]
    public void Set_OlderThanWhatIsThere_Refused(string policy)
    {
        ICacheStore<int, Value> store = Create(policy, 100 * Largest, out Observer observer);
        store.Set(1, new Value(700) { Version = 2 });

        Assert.False(store.Set(1, new Value(800) { Version = 1 }));
        Assert.Equal(700, store.Bytes);
        Assert.True(store.Set(1, new Value(900) { Version = 3 }));
        Assert.Equal(900, store.Bytes);
        Assert.Equal([RemovalReason.Replaced], observer.Reasons);
    }

    [Theory]
    [InlineData("worth")]
    [InlineData("lfu")]
    public async Task Remove_ValueThatWasReplaced_StaysAsItIs(string policy)
    {
        ICacheStore<int, Value> store = Create(policy, 100 * Largest, out Observer observer);
        Value first = new(700),
            second = new(800);
        store.Set(1, first);
        store.Set(1, second);

        Assert.False(store.Remove(1, first, RemovalReason.Purged));
        Assert.True(store.Remove(1, second, RemovalReason.Purged));
        Assert.False(store.TryGet(1, out _));
        await Waiting.UntilAsync(() => (store.Count, store.Bytes) == (0, 0));
        Assert.Equal([RemovalReason.Replaced, RemovalReason.Purged], observer.Reasons);
    }

    [Theory]
    [InlineData("worth")]
    [InlineData("lfu")]
    public async Task AnyUse_ManyThreads_WithinItsBytesAndItsBooksInOrder(string policy)
    {
        ICacheStore<int, Value> store = Create(policy, 200 * Largest, out _);
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(seed =>
                    Task.Run(
                        () =>
                        {
                            var random = new Random(seed);
                            for (int i = 0; i < 30_000; i++)
                            {
                                int key = (int)(600 * Math.Pow(random.NextDouble(), 2));
                                if (store.TryGet(key, out Value? value))
                                {
                                    if (random.Next(50) == 0)
                                        store.Remove(key, value, RemovalReason.Expired);
                                    if (random.Next(50) == 0)
                                        store.Set(key, new Value(random.Next(100, Largest)) { Version = i });
                                }
                                else
                                {
                                    store.Set(key, new Value(random.Next(100, Largest)) { Version = i, Cluster = key % 5 });
                                }
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );

        // W-TinyLFU does its maintenance in the background.
        await Waiting.UntilAsync(() =>
            store.Entries().Sum(entry => (long)entry.Value.Bytes) == store.Bytes
            && store.Bytes <= store.CapacityBytes
            && store.Count == store.Entries().Count()
        );
        Assert.InRange(store.Count, 100, 600);
    }

    private static ICacheStore<int, Value> Create(string policy, long capacity, out Observer observer)
    {
        observer = new Observer();
        return policy == "lfu"
            ? new LfuStore<int, Value>(capacity, Largest, observer)
            : new WorthStore<int, Value>(capacity, Largest, WorthStoreTests.HashOf, observer);
    }
}
