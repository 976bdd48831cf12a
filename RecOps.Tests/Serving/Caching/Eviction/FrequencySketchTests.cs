using RecOps.Serving.Caching.Eviction;
using Xunit;

namespace RecOps.Tests.Serving.Caching.Eviction;

public sealed class FrequencySketchTests
{
    [Fact]
    public void Estimate_FewKeys_AsOftenAsAskedFor()
    {
        var sketch = new FrequencySketch(1_000, 1_000_000);
        for (int i = 0; i < 7; i++)
            sketch.Increment(WorthStoreTests.HashOf(1));
        sketch.Increment(WorthStoreTests.HashOf(2));

        Assert.Equal(
            (7, 1, 0),
            (
                sketch.Estimate(WorthStoreTests.HashOf(1)),
                sketch.Estimate(WorthStoreTests.HashOf(2)),
                sketch.Estimate(WorthStoreTests.HashOf(3))
            )
        );
    }

    [Fact]
    public void Estimate_AfterAHalfLife_Half()
    {
        var sketch = new FrequencySketch(1_000, 4_000);
        for (int i = 0; i < 16; i++)
            sketch.Increment(WorthStoreTests.HashOf(-7));
        for (int i = 0; i < 4_000; i++)
            sketch.Increment(WorthStoreTests.HashOf(i % 50));

        Assert.InRange(sketch.Estimate(WorthStoreTests.HashOf(-7)), 7, 9);
    }

    [Fact]
    public void Estimate_Saturated_NoWrap()
    {
        var sketch = new FrequencySketch(1_000, 1_000_000);
        for (int i = 0; i < 1_000; i++)
            sketch.Increment(WorthStoreTests.HashOf(1));

        Assert.InRange(sketch.Estimate(WorthStoreTests.HashOf(1)), 30, 32);
    }

    /// <summary>Compared with exact counts: never below, and above for only a few.</summary>
    [Fact]
    public void Estimate_AsManyKeysAsFit_NearlyExact()
    {
        var sketch = new FrequencySketch(10_000, 1_000_000_000_000);
        var exact = new int[10_000];
        var random = new Random(5);
        for (int i = 0; i < 60_000; i++)
        {
            int key = random.Next(exact.Length);
            if (exact[key] >= 25)
                continue;
            exact[key]++;
            sketch.Increment(WorthStoreTests.HashOf(key));
        }

        int over = 0;
        for (int key = 0; key < exact.Length; key++)
        {
            double estimate = sketch.Estimate(WorthStoreTests.HashOf(key));
            Assert.True(estimate >= exact[key], $"{estimate} for {exact[key]}");
            if (estimate > exact[key])
                over++;
        }

        Assert.InRange(over, 0, exact.Length / 20);
    }
}
