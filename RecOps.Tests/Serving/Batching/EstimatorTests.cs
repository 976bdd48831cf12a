using FsCheck.Xunit;
using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

public sealed class EstimatorTests
{
    private const long Second = 10_000_000;

    [Fact]
    public void ArrivalRate_SteadyArrivals_WithinAFewPercent()
    {
        var rate = new ArrivalRate(Second / 20, Second / 2);
        for (int i = 0; i < 5000; i++)
            rate.Observe(i * Second / 1000);

        Assert.InRange(rate.PerTick(5 * Second) * Second, 950, 1050);
    }

    [Fact]
    public void ArrivalRate_Burst_SeenWithinItsTimeConstantAndForgottenSlowly()
    {
        var rate = new ArrivalRate(Second / 20, Second / 2);
        for (int i = 0; i < 100; i++)
            rate.Observe(i * Second / 100);
        for (int i = 0; i < 200; i++)
            rate.Observe(Second + (i * Second / 2000));
        Assert.InRange(rate.PerTick(Second + (Second / 10)) * Second, 1500, 2000);

        // Half a second later the fast average has forgotten; the slow one has not.
        Assert.InRange(rate.PerTick(Second + (6 * Second / 10)) * Second, 100, 500);
    }

    [Property(MaxTest = 50)]
    public void LatencyModel_NoisyLine_SizesNeverSeenArePredictedFromIt(Choices random)
    {
        double alpha = 100 + random.Next(1000),
            beta = 1000 + random.Next(50_000);
        var model = new LatencyModel([1, 2, 4, 8, 16, 32]);
        for (int i = 0; i < 200; i++)
        {
            int index = random.Next(5);
            model.Observe(index, (long)(((alpha * (1 << index)) + beta) * (0.95 + (0.1 * random.NextDouble()))));
        }

        double expected = (alpha * 32) + beta;
        Assert.InRange(model.Sizes[5].Mean, 0.8 * expected, 1.2 * expected);
        Assert.True(model.Sizes[5].Plan >= model.Sizes[5].Mean);
    }

    [Fact]
    public void LatencyModel_OnePause_PlanStaysUsable()
    {
        var model = new LatencyModel([1, 2]);
        for (int i = 0; i < 50; i++)
            model.Observe(0, 1000 + (i % 3));
        model.Observe(0, 1_000_000);

        Assert.InRange(model.Sizes[0].Plan, 1000, 3000);
    }

    [Fact]
    public void LatencyModel_DeviceGetsSlower_Followed()
    {
        var model = new LatencyModel([1, 2]);
        for (int i = 0; i < 50; i++)
            model.Observe(0, 1000);
        for (int i = 0; i < 100; i++)
            model.Observe(0, 10_000);

        Assert.InRange(model.Sizes[0].Mean, 8_000, 10_100);
    }

    [Fact]
    public void LatencyModel_OneAbsurdTimeForALargeSize_NeverThoughtWorseThanOneByOne()
    {
        var model = new LatencyModel([1, 2, 4]);
        for (int i = 0; i < 20; i++)
            model.Observe(0, 1000);
        model.Observe(2, 100_000_000);

        Assert.InRange(model.Sizes[2].Mean, 1000, 4100);
    }

    [Fact]
    public void LatencyModel_OneSizeForEver_OtherSizesStayFinite()
    {
        var model = new LatencyModel([1, 2, 64]);
        for (int i = 0; i < 100_000; i++)
            model.Observe(0, 1000 + (i % 7));

        Assert.InRange(model.Sizes[0].Mean, 990, 1010);
        Assert.InRange(model.Sizes[2].Mean, 990, 65_000);
    }
}
