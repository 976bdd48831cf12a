using FsCheck.Xunit;
using RecOps.Serving.Engine;
using Xunit;

namespace RecOps.Tests.Serving.Engine;

public sealed class GradientLimitTests
{
    private const int Min = 4;
    private const int Max = 100;
    private const long Queue = 100_000;

    [Property(MaxTest = 200)]
    public void Update_AnyWindows_NeverOutsideItsBoundsAndNeverStuck(Choices random)
    {
        var limit = new GradientLimit(Min, Max, Queue);
        for (int i = random.Next(2000); i > 0; i--)
        {
            int completed = random.Next(1, 100);
            limit.Update(new LimitWindow(Math.Exp(random.NextDouble() * 20), completed, random.Next(completed + 1), random.Next(2 * Max)));
            Assert.InRange(limit.Limit, Min, Max);
        }

        // Whatever happened before: once it is fast, and used, the limit grows to the maximum.
        for (int i = 0; i < 2 * GradientLimit.ProbeEvery && limit.Limit < Max; i++)
            limit.Update(new LimitWindow(1000, 50, 0, limit.Limit));
        Assert.Equal(Max, limit.Limit);
    }

    [Fact]
    public void Update_RoomNotUsed_DoesNotGrow()
    {
        var limit = new GradientLimit(Min, Max, Queue);
        for (int i = 0; i < 20; i++)
            limit.Update(new LimitWindow(1000, 50, 0, MostInFlight: limit.Limit));
        int before = limit.Limit;

        limit.Update(new LimitWindow(1000, 50, 0, MostInFlight: (before / 2) - 1));

        Assert.Equal(before, limit.Limit);
    }

    [Fact]
    public void Update_HeldBackForLong_MeasuresAtTheLowestLimitOnce()
    {
        var limit = new GradientLimit(Min, Max, Queue);
        var limits = new List<int>();
        for (int i = 0; i < GradientLimit.ProbeEvery + 20; i++)
        {
            limit.Update(new LimitWindow(limit.Limit == Min ? 200_000 : 350_000, 50, 0, limit.Limit + 1));
            limits.Add(limit.Limit);
        }

        // One window to drain and one to measure; then the limit is as before.
        int probe = limits.FindLastIndex(value => value == Min);
        Assert.Equal(2, limits.Skip(20).Count(value => value == Min));
        Assert.True(limits[probe + 1] > Min);
        Assert.InRange(limit.BaselineTicks, 199_999, 200_001);
    }

    [Fact]
    public void Update_BusyButNotHeldBack_NeverFallsToTheLowestLimit()
    {
        var limit = new GradientLimit(Min, Max, Queue);
        for (int i = 0; i < 3 * GradientLimit.ProbeEvery; i++)
        {
            limit.Update(new LimitWindow(50_000, 50, 0, Min + 1));
            Assert.True(i < 20 || limit.Limit > Min);
        }
    }
}
