using RecOps.Serving.Clusters;
using RecOps.Serving.Users;
using Xunit;

namespace RecOps.Tests.Serving.Clusters;

public sealed class CountedEventsTests
{
    private const long Minute = 60_000;
    private static readonly float[] Weights = [0.2f, 0.3f, 0.6f, 1];
    private readonly CountedEvents _counted = new();

    [Fact]
    public void Count_AllThatAShopperDoesToAnItem_AddsUpToTheStrongestOfIt()
    {
        Assert.Equal(0.2f, Count("u1", 1, EventKind.View, at: 0), 0.0001f);
        Assert.Equal(0.4f, Count("u1", 1, EventKind.Cart, at: 1), 0.0001f);
        Assert.Equal(0, Count("u1", 1, EventKind.Click, at: 2));
        Assert.Equal(0.4f, Count("u1", 1, EventKind.Purchase, at: 3), 0.0001f);
        Assert.Equal(0, Count("u1", 1, EventKind.Purchase, at: 300));
    }

    [Fact]
    public void Count_AnotherShopperItemOrModel_CountsByItself()
    {
        Assert.Equal(1, Count("u1", 1, EventKind.Purchase, at: 0));
        Assert.Equal(1, Count("u2", 1, EventKind.Purchase, at: 0));
        Assert.Equal(1, Count("u1", 2, EventKind.Purchase, at: 0));
        Assert.Equal(1, _counted.Count("u1", 1, (int)EventKind.Purchase, generation: 8, Weights, unixMilliseconds: 1_777_000_000_000));
    }

    [Fact]
    public void Count_AfterAHalfLife_CountsAgain()
    {
        Assert.Equal(1, Count("u1", 1, EventKind.Purchase, at: 0));
        Assert.Equal(0, Count("u1", 1, EventKind.Purchase, at: 359));
        Assert.Equal(1, Count("u1", 1, EventKind.Purchase, at: 361));
        Assert.Equal(0, Count("u1", 1, EventKind.Purchase, at: 362));
    }

    [Fact]
    public void Count_FromManyThreadsAtOnce_Once()
    {
        float sum = 0;
        Parallel.For(
            0,
            10_000,
            i =>
            {
                float more = Count("u1", 1, (EventKind)(i % 4), at: 0);
                lock (_counted)
                    sum += more;
            }
        );

        Assert.Equal(1, sum, 0.0001f);
    }

    private float Count(string userId, int item, EventKind kind, long at) =>
        _counted.Count(userId, item, (int)kind, generation: 7, Weights, 1_777_000_000_000 + (at * Minute));
}
