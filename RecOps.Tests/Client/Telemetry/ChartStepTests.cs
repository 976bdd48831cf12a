using RecOps.Client.Telemetry.Charts;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class ChartStepTests
{
    [Fact]
    public void Between_Same_DrawsNothing() =>
        Assert.Equal(ChartStepKind.None, ChartStep.Between(Chart(0, 1, 2, 3), Chart(0, 1, 2, 3)).Kind);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Between_MovedOn_ExtendsBySeconds(int seconds)
    {
        double?[] line = [1, 2, null, 4, 5, 6];

        ChartStep step = ChartStep.Between(Chart(0, line[..4]), Chart(seconds, line[seconds..(seconds + 4)]));

        Assert.Equal(new ChartStep(ChartStepKind.Extend, seconds), step);
    }

    [Fact]
    public void Between_LateArrivalFillsAGap_Redraws() =>
        Assert.Equal(ChartStepKind.Redraw, ChartStep.Between(Chart(0, 1, null, 3), Chart(1, 2, 3, 4)).Kind);

    [Fact]
    public void Between_OtherRange_Redraws() =>
        Assert.Equal(ChartStepKind.Redraw, ChartStep.Between(Chart(0, 1, 2, 3), Chart(0, 2, 3)).Kind);

    [Fact]
    public void Between_OtherSeries_Redraws() =>
        Assert.Equal(
            ChartStepKind.Redraw,
            ChartStep.Between(Chart(0, 1, 2), Chart(0, 1, 2) with { Series = [new("other", ChartColour.Red, [1, 2])] }).Kind
        );

    [Theory]
    [InlineData(-1)]
    [InlineData(ChartStep.MaxExtend + 1)]
    public void Between_JumpInTime_Redraws(int seconds)
    {
        double?[] flat = [.. Enumerable.Repeat<double?>(1, 60)];

        Assert.Equal(ChartStepKind.Redraw, ChartStep.Between(Chart(0, flat), Chart(seconds, flat)).Kind);
    }

    [Fact]
    public void Between_NothingDrawn_Redraws() => Assert.Equal(ChartStepKind.Redraw, ChartStep.Between(null, Chart(0, 1)).Kind);

    [Fact]
    public void Between_NoSeriesMovedOn_DrawsNothing() =>
        Assert.Equal(ChartStepKind.None, ChartStep.Between(Chart(0, 1, 2) with { Series = [] }, Chart(1, 1, 2) with { Series = [] }).Kind);

    private static ChartData Chart(int from, params double?[] values) =>
        new(
            ChartUnit.PerSecond,
            [.. Enumerable.Range(from, values.Length).Select(second => Sample.Noon.AddSeconds(second))],
            [new("requests", ChartColour.Blue, values)]
        );
}
