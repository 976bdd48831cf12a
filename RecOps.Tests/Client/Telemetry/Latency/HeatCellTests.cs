using RecOps.Client.Telemetry.Latency;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Latency;

public sealed class HeatCellTests
{
    private static readonly LatencyMap Map = new(
        10,
        [1, 2, 4],
        [
            new LatencyColumn(Sample.Noon, [0, 100, 0, 0]),
            new LatencyColumn(Sample.Noon.AddSeconds(10), [0, 10, 0, 1]),
            new LatencyColumn(Sample.Noon.AddSeconds(-10), [5, 0, 0, 0]),
        ]
    );

    [Fact]
    public void From_Map_CellsArePlacedByTimeAndLatency()
    {
        List<HeatCell> cells = HeatCell.From(Map, Sample.Noon, 40);

        Assert.Equal([(0, 0.5, 100L), (0.25, 0.5, 10), (0.25, 0, 1)], cells.Select(cell => (cell.X, cell.Y, cell.Count)));
        Assert.All(cells, cell => Assert.Equal((0.25, 0.25), (cell.Width, cell.Height)));
        Assert.Equal(1, cells[0].Weight, 1e-9);
        Assert.True(cells[0].Weight > cells[1].Weight && cells[1].Weight > cells[2].Weight && cells[2].Weight > 0);
        Assert.Equal("12:00:00: 100 requests of 1.00 ms to 2.00 ms", cells[0].About(TimeZoneInfo.Utc));
        Assert.Equal("12:00:10: 1 request of 4.00 ms to more", cells[2].About(TimeZoneInfo.Utc));
    }

    [Fact]
    public void From_NothingKnown_NoCells()
    {
        var empty = new LatencyMap(10, [1, 2], []);
        Assert.Empty(HeatCell.From(empty, Sample.Noon, 40));
        Assert.NotNull(HeatCell.Axis(empty, HeatCell.Filled(empty)).ToArray());
    }
}
