using RecOps.Serving.Metrics;
using Xunit;

namespace RecOps.Tests.Serving.Metrics;

public sealed class SlottedCountsTests
{
    [Fact]
    public void Add_SlotsPass_OldOnesAreForgotten()
    {
        var counts = new SlottedCounts(3, 1000, 2);
        counts.Add(1, 10_000);
        counts.Add(1, 10_999);
        counts.Add(0, 11_000);
        counts.Add(1, 12_000);

        Assert.Equal((2, 0, 1), (counts.At(10, 1), counts.At(10, 0), counts.At(11, 0)));
        Assert.Equal(3, counts.Sum(10, 12, 1));
        for (int second = 13; second < 15; second++)
            counts.Add(0, second * 1000);
        Assert.Equal((0, 1), (counts.At(10, 1), counts.At(12, 1)));
    }

    [Fact]
    public async Task Add_ManyThreads_NothingLost()
    {
        var counts = new SlottedCounts(3, 1000, 4);
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(index =>
                    Task.Run(
                        () =>
                        {
                            for (int i = 0; i < 20_000; i++)
                                counts.Add(index, 5_000);
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );

        Assert.All(Enumerable.Range(0, 4), index => Assert.Equal(20_000, counts.At(5, index)));
    }
}
