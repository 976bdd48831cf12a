using Bunit;
using RecOps.Client.Telemetry;
using RecOps.Client.Telemetry.Capacity;
using RecOps.Shared;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Capacity;

public sealed class CapacityPageTests : ConsoleTest
{
    private static readonly CapacityFacts Facts = new(
        "demo",
        "cpu",
        false,
        2,
        2,
        50,
        [new(1, 1, 1.2, 100), new(8, 4, 5, 7)],
        new LoadCost(60, 6000, 0.9, 1, 0.02, 0.5)
    );

    [Fact]
    public void Open_Measured_FillsInTheTargetAndShowsEachGain()
    {
        IRenderedComponent<CapacityPage> page = Open("/capacity");

        Assert.Equal("125000", page.Find("#target").GetAttribute("value"));
        Assert.Equal("90", page.Find("#hit").GetAttribute("value"));
        Assert.Contains("one more point of hit rate", page.Find("[aria-labelledby=levers-title]").TextContent, StringComparison.Ordinal);
        Assert.Contains("$72,000", page.Find("[aria-labelledby=example-title]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Price_Changed_CostsFollowAndTheAddressHasIt()
    {
        IRenderedComponent<CapacityPage> page = Open("/capacity?price=100");
        long before = Month(page);

        page.Find("#price").Change("200");

        Assert.Equal(2 * before, Month(page));
        Assert.Contains("price=200", Navigation.Uri, StringComparison.Ordinal);
        page.Find("#price").Change("cheap");
        Assert.Equal(2 * before, Month(page));
    }

    [Fact]
    public void Open_NothingComputedYet_SaysWhatToDo()
    {
        IRenderedComponent<CapacityPage> page = Open("/capacity", Facts with { ServiceTimes = [], Load = null });

        Assert.Contains("Request a few lists", page.Find(".empty").TextContent, StringComparison.Ordinal);
    }

    private static long Month(IRenderedComponent<CapacityPage> page) =>
        long.Parse(
            page.FindAll("[aria-labelledby=levers-title] tbody tr")[0].QuerySelectorAll("td")[3].TextContent,
            System.Globalization.NumberStyles.Currency,
            System.Globalization.CultureInfo.GetCultureInfo("en-US")
        );

    private IRenderedComponent<CapacityPage> Open(string address, CapacityFacts? facts = null)
    {
        Server.On("GET", Routes.Capacity, TelemetryJson.Default.CapacityFacts, _ => facts ?? Facts);
        RenderSurroundings();
        IRenderedComponent<CapacityPage> page = RenderAt<CapacityPage>(address);
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[aria-busy=true]")));
        return page;
    }
}
