using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Telemetry;
using RecOps.Client.Telemetry.Latency;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Latency;

public sealed class LatencyPageTests : ConsoleTest
{
    private static readonly SlowRequest Slow = new(
        "0001",
        Sample.Noon.AddSeconds(-20),
        "u7",
        "home",
        RecommendationSource.Computed,
        false,
        3,
        "demo-1",
        4,
        120,
        0,
        [
            new RequestPart(Stage.Embedding, 0, 2),
            new RequestPart(Stage.Queue, 2, 8),
            new RequestPart(Stage.Ranking, 12, 100),
            new RequestPart(Stage.Rules, 119, 1),
        ]
    )
    {
        Batch = new RequestBatch("full", 6, 8, 60, 100),
    };

    [Fact]
    public async Task Open_Live_ShowsWhereTheSlowestRequestsSpentTheirTime()
    {
        Server.On("GET", Routes.SlowRequests, TelemetryJson.Default.SlowRequestList, _ => new([Slow]));
        IRenderedComponent<LatencyPage> page = await OpenLiveAsync("/latency");

        page.WaitForAssertion(() => Assert.Contains("ranking 100 ms", page.Find(".parts").TextContent, StringComparison.Ordinal));
        Assert.Contains("other", page.Find(".parts").TextContent, StringComparison.Ordinal);
        Assert.Equal("of 6", page.Find("[aria-labelledby=slow-title] td[title]").TextContent);
        Assert.Equal("try?user=u7", page.Find("[aria-labelledby=slow-title] td a").GetAttribute("href"));
        Assert.Contains("p99 12.5 ms", Text(page.FindAll(".chart .legend")[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_LinkToATime_ShowsItsSlowestAndGoesBackToAll()
    {
        Server.On("GET", Routes.SlowRequests, TelemetryJson.Default.SlowRequestList, _ => new([]));
        IRenderedComponent<LatencyPage> page = await OpenLiveAsync($"/latency?slow={Sample.Noon.AddMinutes(-3).ToUnixTimeSeconds()}");

        page.WaitForAssertion(() => Assert.Contains("None of the slowest requests began then.", page.Markup, StringComparison.Ordinal));
        Assert.Contains(
            Server.CallsTo("GET", Routes.SlowRequests),
            call => call.Query == "?from=2026-11-23T11:57:00Z&to=2026-11-23T11:58:00Z"
        );

        page.FindAll("button").Single(button => button.TextContent == "Show all").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("slow=", Navigation.Uri, StringComparison.Ordinal));
        Assert.Contains("No requests in this period.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_WithAnHourEarlier_AddsALineAndIsInTheAddress()
    {
        Server.On(
            "GET",
            Routes.TelemetryHistory,
            TelemetryJson.Default.TelemetryHistory,
            call =>
                call.Query.Contains("to=2026-11-23T11:00:01Z", StringComparison.Ordinal)
                    ? new(1, [.. Enumerable.Range(-3900, 301).Select(second => Sample.Window(second, p99: 9))])
                    : new(1, [])
        );
        IRenderedComponent<LatencyPage> page = await OpenLiveAsync("/latency");

        await page.InvokeAsync(() => page.Find(".compare select").Change("60"));

        page.WaitForAssertion(() =>
            Assert.Contains("p99, 1 h earlier 9.00 ms", Text(page.FindAll(".chart .legend")[0]), StringComparison.Ordinal)
        );
        Assert.EndsWith("/latency?compare=60", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SlowRequests_ServerFails_SaysSoBesideTheCharts()
    {
        Server.OnProblem(
            "GET",
            Routes.SlowRequests,
            System.Net.HttpStatusCode.ServiceUnavailable,
            """{"title":"Not now","status":503,"detail":"No model is loaded yet."}"""
        );
        IRenderedComponent<LatencyPage> page = await OpenLiveAsync("/latency");

        page.WaitForAssertion(() =>
            Assert.Contains(
                "No model is loaded yet.",
                page.Find("[aria-labelledby=slow-title] [role=alert]").TextContent,
                StringComparison.Ordinal
            )
        );
        Assert.Equal(3, page.FindAll(".chart .legend").Count);
    }

    private async Task<IRenderedComponent<LatencyPage>> OpenLiveAsync(string address)
    {
        RenderSurroundings();
        Services.GetRequiredService<TelemetryFeed>().Start();
        IRenderedComponent<LatencyPage> page = RenderAt<LatencyPage>(address);
        await Stream.ConnectedAsync();
        await Stream.SendAsync(Sample.Snapshot(0));
        page.WaitForElements(".chart .legend", 3);
        return page;
    }

    private static string Text(AngleSharp.Dom.IElement element) =>
        string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
