using RecOps.Server.Telemetry.History;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.History;

public sealed class SecondLabelTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.02, -0.03)]
    [InlineData(0.98, 0.03)]
    [InlineData(0.5, 0.45)]
    public void Of_TimerThatTicksNearAFullSecond_EverySecondOnce(double phase, double jitter)
    {
        DateTimeOffset? last = null;
        var labels = new List<DateTimeOffset>();
        for (int i = 0; i < 10; i++)
        {
            last = SecondLabel.Of(Noon.AddSeconds(i + phase + (i % 2 == 0 ? 0 : jitter)), last);
            labels.Add(last.Value);
        }

        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => Noon.AddSeconds(i))], labels);
    }

    [Theory]
    [InlineData(5.7, 5)]
    [InlineData(-3600, -3600)]
    public void Of_StoodStillOrClockSet_ClockIsRight(double begun, int expected) =>
        Assert.Equal(Noon.AddSeconds(expected), SecondLabel.Of(Noon.AddSeconds(begun), Noon));
}
