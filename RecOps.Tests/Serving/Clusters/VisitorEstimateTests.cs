using RecOps.Serving.Clusters;
using Xunit;

namespace RecOps.Tests.Serving.Clusters;

public sealed class VisitorEstimateTests
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    // A Monday, 10:00 UTC.
    private static readonly long Now = new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    // Users 0, 2, 4... are in cluster 0, the others in cluster 1; user 9 is in none.
    private readonly VisitorEstimate _visitors = new(10, 2, user => user == 9 ? -1 : user % 2);

    [Fact]
    public void Next_InTheShopNowAndOftenBefore_NowFirstThenOften()
    {
        for (int day = 1; day <= 6; day++)
            _visitors.Seen(0, Now - (day * 24 * Hour));
        _visitors.Seen(2, Now - (3 * 24 * Hour));
        _visitors.Seen(4, Now - (2 * Minute));

        Assert.Equal([4, 0, 2], _visitors.Next(3, Now));
        Assert.Equal([4, 0, 2, 6, 8], _visitors.Next(0, 10, Now).Select(next => next.User));
        Assert.Equal([0, 0], _visitors.Next(0, 10, Now).TakeLast(2).Select(next => next.Rate));
    }

    [Fact]
    public void Next_NobodySeen_Nobody()
    {
        Assert.Empty(_visitors.Next(10, Now));
    }

    [Fact]
    public void Next_MoreThanWereSeen_OthersOfTheClusterThatIsAboutFirst()
    {
        for (int i = 0; i < 20; i++)
            _visitors.Seen(1, Now - (24 * Hour));

        Assert.Equal([1, 3, 5, 7, 0, 2], _visitors.Next(6, Now));
    }

    /// <summary>Two shoppers came equally often; in the morning, the one whose cluster comes in the morning is likelier.</summary>
    [Fact]
    public void RateOf_ClusterWithHours_MoreWithinThem()
    {
        for (int day = 1; day <= 7; day++)
        {
            for (int i = 0; i < 20; i++)
            {
                _visitors.Seen(0, Now - (day * 24 * Hour));
                _visitors.Seen(1, Now - (day * 24 * Hour) + (12 * Hour));
            }
        }

        Assert.True(_visitors.RateOf(0, Now) > 5 * _visitors.RateOf(1, Now));
        Assert.True(_visitors.RateOf(1, Now + (12 * Hour)) > 5 * _visitors.RateOf(0, Now + (12 * Hour)));
    }

    [Fact]
    public void RateOf_TimePasses_Less()
    {
        _visitors.Seen(9, Now);
        double rate = _visitors.RateOf(9, Now);

        Assert.Equal(rate / 2, _visitors.RateOf(9, Now + (10 * Minute)), rate / 100);
        Assert.Equal(0, _visitors.RateOf(8, Now));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(Now), _visitors.LastSeen(9));
        Assert.Null(_visitors.LastSeen(8));
    }

    [Fact]
    public void Seen_EventOfBefore_CountsAsMuchAsIsLeftOfIt()
    {
        var inOrder = new VisitorEstimate(1, 1, _ => 0);
        inOrder.Seen(0, Now - Hour);
        inOrder.Seen(0, Now);
        var late = new VisitorEstimate(1, 1, _ => 0);
        late.Seen(0, Now);
        late.Seen(0, Now - Hour);

        Assert.Equal(inOrder.RateOf(0, Now), late.RateOf(0, Now), 1e-6);
    }

    [Fact]
    public void Factors_NothingKnown_One()
    {
        Assert.All(new ClusterHours(3).Factors(Now), factor => Assert.Equal(1, factor, 1e-9));
    }

    [Fact]
    public void Factors_AnyTime_AverageOfTheDayIsOne()
    {
        var hours = new ClusterHours(1);
        for (int i = 0; i < 500; i++)
            hours.Seen(0, Now - (i % 7 * 24 * Hour) + (i % 5 * Hour));

        double mean = Enumerable.Range(0, 24).Average(hour => hours.Factors(Now + (hour * Hour))[0]);

        Assert.Equal(1, mean, 0.05);
        Assert.True(hours.Factors(Now)[0] > 3);
    }

    [Fact]
    public void Restore_CountsWrittenDown_SameFactors()
    {
        var before = new ClusterHours(2);
        for (int i = 0; i < 100; i++)
            before.Seen(1, Now + (i % 3 * Hour));
        var after = new ClusterHours(2);
        for (int i = 0; i < before.All.Length; i++)
            after.Restore(i, before.All[i]);

        Assert.Equal(before.Factors(Now), after.Factors(Now));
    }
}
