using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class StageRowTests
{
    [Fact]
    public void From_SharesOfTime_AddUpToAHundredWithoutTheTotal()
    {
        IReadOnlyList<StageRow> rows = StageRow.From(Sample.Window(0, 1200, 60));

        Assert.Equal(Stage.All, rows.Select(row => row.Stage));
        Assert.Equal(100, rows.Sum(row => row.Share ?? 0), 6);
        Assert.Null(rows[^1].Share);
        Assert.Equal("20.0", rows[0].PerSecond.Value);
    }

    [Fact]
    public void From_FewSamples_HidesTheFarTail() =>
        Assert.All(StageRow.From(Sample.Window(0, 999, 60)), row => Assert.Equal(Quantity.None, row.P999.Value));

    [Fact]
    public void From_StageWithALongTail_WeighsByItsWholeTime()
    {
        TelemetryWindow window = Sample.Window(0) with
        {
            Stages = [new(Stage.Retrieval, 10, 90, 1, 1, 1, null, 1), new(Stage.Ranking, 10, 10, 1, 1, 1, null, 1)],
        };

        Assert.Equal([null, null, 90, 10, null, null], StageRow.From(window).Select(row => row.Share));
    }

    [Fact]
    public void From_Nothing_IsAllDashes() =>
        Assert.All(
            StageRow.From(null),
            row => Assert.Equal((Quantity.None, Quantity.None, null), (row.PerSecond.Value, row.P50.Value, row.Share))
        );
}
