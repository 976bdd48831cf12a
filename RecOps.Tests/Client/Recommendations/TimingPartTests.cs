using RecOps.Client.Recommendations;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Client.Recommendations;

public sealed class TimingPartTests
{
    [Fact]
    public void From_StagesShorterThanTotal_RestIsOther()
    {
        IReadOnlyList<TimingPart> parts = TimingPart.From(new StageTimings(4, 1, 0, 1, 1.5, 0.1));

        Assert.Equal(("other", "0.40 ms"), (parts[^1].Name, parts[^1].Time.ToString()));
        Assert.Equal(100, parts.Sum(part => part.Percent), 6);
        Assert.Equal(25, parts[0].Percent, 6);
    }

    [Theory]
    [InlineData(1.0, 0.6)]
    [InlineData(0.0, 0.0)]
    public void From_ClocksThatDisagree_NeverOverflowTheBar(double total, double each) =>
        Assert.InRange(TimingPart.From(new StageTimings(total, each, each, each, each, each)).Sum(part => part.Percent), 0, 100.0001);
}
