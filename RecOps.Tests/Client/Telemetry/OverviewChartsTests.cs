using RecOps.Client.Telemetry;
using RecOps.Client.Telemetry.Charts;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class OverviewChartsTests
{
    [Fact]
    public void Requests_GapInTheMiddle_StaysAGap()
    {
        TelemetryFrame frame = Frame(Sample.Window(0, 10, failures: 1, rejected: 2), null, Sample.Window(2, 30));

        ChartData chart = OverviewCharts.Requests(frame, 3);

        Assert.Equal([Sample.Noon, Sample.Noon.AddSeconds(1), Sample.Noon.AddSeconds(2)], chart.Times);
        Assert.Equal([10, null, 30], chart.Series[0].Values);
        Assert.Equal([1, null, 0], chart.Series[1].Values);
        Assert.Equal([2, null, 0], chart.Series[2].Values);
    }

    [Fact]
    public void Requests_RangeLongerThanWhatIsKnown_KeepsItsWidth()
    {
        ChartData chart = OverviewCharts.Requests(Frame(Sample.Window(0)), 60);

        Assert.Equal(60, chart.Times.Length);
        Assert.Equal(Sample.Noon.AddSeconds(-59), chart.Times[0]);
        Assert.All(chart.Series, series => Assert.Equal(60, series.Values.Length));
        Assert.Equal(59, chart.Series[0].Values.Count(value => value is null));
    }

    [Fact]
    public void Latency_SecondWithoutRequests_HasNoValueRatherThanZero()
    {
        ChartData chart = OverviewCharts.Latency(Frame(Sample.Window(0, p99: 14), Sample.Window(1, requests: 0)), 2);

        Assert.Equal([14, null], chart.Series[2].Values);
        Assert.True(chart.HasValues);
    }

    [Theory]
    [InlineData(LatencyPercentile.P50, 0.6)]
    [InlineData(LatencyPercentile.P99, 2.5)]
    public void StageLatency_EitherPercentile_ShowsEveryStageButTheTotal(LatencyPercentile percentile, double expected)
    {
        ChartData chart = OverviewCharts.StageLatency(Frame(Sample.Window(0)), 1, percentile);

        Assert.Equal(["queue", "embedding", "retrieval", "ranking", "rules"], chart.Series.Select(series => series.Name));
        Assert.All(chart.Series, series => Assert.Equal(expected, series.Now));
    }

    [Fact]
    public void SourceShare_UnevenSeconds_WeighsByLists()
    {
        TelemetryFrame frame = Frame(
            Sample.Window(0, sources: new() { ["l1"] = 90, ["computed"] = 0 }),
            Sample.Window(1, sources: new() { ["l1"] = 0, ["computed"] = 10 })
        );

        ChartData chart = OverviewCharts.SourceShare(frame, 1);

        Assert.Equal(["memory (L1)", "computed"], chart.Series.Select(series => series.Name));
        Assert.Equal([90, 10], chart.Series.Select(series => series.Now));
    }

    [Fact]
    public void SourceShare_NoLists_HasNoSeries() =>
        Assert.False(OverviewCharts.SourceShare(Frame(Sample.Window(0, requests: 0)), 5).HasValues);

    private static TelemetryFrame Frame(params TelemetryWindow?[] windows) =>
        new(Sample.Noon.AddSeconds(windows.Length - 1), windows, null, null);
}
