using RecOps.Client.Telemetry.Charts;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Charts;

public sealed class ChartCsvTests
{
    [Fact]
    public void Of_GapsQuotesAndUnits_ASpreadsheetReadsThem()
    {
        var data = new ChartData(
            ChartUnit.Milliseconds,
            [Sample.Noon, Sample.Noon.AddSeconds(1)],
            [new ChartSeries("p99, \"now\"", ChartColour.Blue, [1.25, null]), new ChartSeries("p50", ChartColour.Teal, [0.001, 1_000_000])]
        );

        Assert.Equal(
            "time (UTC),\"p99, \"\"now\"\" (ms)\",\"p50 (ms)\"\r\n2026-11-23T12:00:00Z,1.25,0.001\r\n2026-11-23T12:00:01Z,,1000000\r\n",
            ChartCsv.Of(data)
        );
    }
}
