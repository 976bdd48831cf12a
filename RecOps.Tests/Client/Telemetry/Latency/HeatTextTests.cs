using System.Xml.Linq;
using RecOps.Client.Telemetry.Charts;
using RecOps.Client.Telemetry.Latency;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Latency;

public sealed class HeatTextTests
{
    private static readonly LatencyMap Map = new(
        10,
        [1, 2, 4, 8],
        [new LatencyColumn(Sample.Noon, [0, 0, 3, 0, 0]), new LatencyColumn(Sample.Noon.AddSeconds(10), [0, 0, 5, 1, 0])]
    );

    [Fact]
    public void Classes_FastestAndSlowestEmpty_OnlyTheNeighbours() =>
        Assert.Equal(
            ["1.00 ms to 2.00 ms", "2.00 ms to 4.00 ms", "4.00 ms to 8.00 ms", "over 8.00 ms"],
            HeatText.Classes(Map).Select(each => each.Name)
        );

    [Fact]
    public void Csv_TwoColumns_TimesInUtcAndCountsByClass() =>
        Assert.Equal(
            "time (UTC),\"1.00 ms to 2.00 ms\",\"2.00 ms to 4.00 ms\",\"4.00 ms to 8.00 ms\",\"over 8.00 ms\"\r\n"
                + "2026-11-23T12:00:00Z,0,3,0,0\r\n2026-11-23T12:00:10Z,0,5,1,0\r\n",
            HeatText.Csv(Map)
        );

    [Fact]
    public void Picture_AnyMap_IsXmlWithACellForEachClassThatHasRequests()
    {
        XDocument svg = XDocument.Parse(HeatText.Picture("Spread", Map, Sample.Noon, 20, TimeZoneInfo.Utc, ChartTheme.Dark));

        Assert.Equal(
            3,
            svg.Descendants().Count(element => element.Name.LocalName == "rect" && element.Attribute("fill-opacity") is not null)
        );
        Assert.Contains(svg.Descendants(), element => element.Value == "Spread");
    }
}
