using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using RecOps.Shared;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class OverviewTests : ConsoleTest
{
    [Fact]
    public void Open_NothingKnownYet_ShowsSkeletonsInPlace()
    {
        IRenderedComponent<Overview> page = OpenAt("");

        Assert.Equal(16, page.FindAll(".tile .skeleton").Count);
        Assert.Equal(4, page.FindAll(".plot-skeleton").Count);
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Open_SnapshotArrives_ShowsNumbersChartsAndStages()
    {
        IRenderedComponent<Overview> page = await OpenLiveAsync("");

        Assert.Equal("40.0/s", Tile(page, "Requests"));
        Assert.Equal("12.5ms", Tile(page, "p99"));
        Assert.Equal(4, page.FindAll(".chart .legend").Count);
        Assert.Contains("requests 40.0/s", Text(page.Find(".chart .legend")), StringComparison.Ordinal);
        Assert.Equal(
            ["queue", "embedding", "retrieval", "ranking", "rules", "total"],
            page.Find("[aria-labelledby=stages-title] tbody").QuerySelectorAll("th").Select(cell => cell.TextContent)
        );
        Assert.Contains("No GPU in use: showing CPU.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("No CUDA in this build.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HistoryBeforeTheFirstSnapshot_DrawsItAndWaitsForThePresent()
    {
        Server.On(
            "GET",
            Routes.TelemetryHistory,
            TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(-60, 60).Select(second => Sample.Window(second))])
        );

        IRenderedComponent<Overview> page = OpenAt("");

        page.WaitForAssertion(() => Assert.Contains("requests 40.0/s", Text(page.Find(".chart .legend")), StringComparison.Ordinal));
        Assert.Equal(16, page.FindAll(".tile .skeleton").Count);
        Assert.DoesNotContain("No data for this", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NoHistory_SaysSoAndWhy()
    {
        Server.OnProblem(
            "GET",
            Routes.TelemetryHistory,
            System.Net.HttpStatusCode.ServiceUnavailable,
            """{"title":"Not now","status":503}"""
        );

        IRenderedComponent<Overview> page = await OpenLiveAsync("");

        page.WaitForAssertion(() => Assert.Equal("Earlier seconds are missing", Text(page.Find(".page-head [role=status]"))));
        Assert.Equal("Not now. The console keeps retrying.", page.Find(".page-head .chip").GetAttribute("title"));
    }

    [Fact]
    public async Task Open_HistoryArrivesLate_IsDrawnWithoutWaitingForTheNextRefresh()
    {
        TaskCompletionSource late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.On(
            "GET",
            Routes.TelemetryHistory,
            async _ =>
            {
                await late.Task;
                return FakeServer.Json(
                    new(1, [.. Enumerable.Range(-60, 61).Select(second => Sample.Window(second))]),
                    TelemetryJson.Default.TelemetryHistory
                );
            }
        );
        IRenderedComponent<Overview> page = OpenAt("?every=60");
        TelemetryFeed feed = Services.GetRequiredService<TelemetryFeed>();
        Clock.Advance(TelemetryFeed.HistoryPatience);
        await Stream.ConnectedAsync();
        await Stream.SendAsync(Sample.Snapshot(0));
        page.WaitForAssertion(() => Assert.Equal("Earlier seconds are loading", Text(page.Find(".page-head [role=status]"))));
        await Stream.SendAsync(Sample.Snapshot(1));
        await Waiting.UntilAsync(() => feed.Latest?.Second.Start == Sample.Noon.AddSeconds(1));

        late.SetResult();

        await Waiting.UntilAsync(() => PlotlyCalls.Invocations["react"].Count == 4);
        page.WaitForAssertion(() => Assert.Equal("", Text(page.Find(".page-head [role=status]"))));
    }

    [Fact]
    public async Task Open_SecondsBeforeTheChartIsDrawn_AreDrawnAfterwards()
    {
        // The test decides how long the chart library takes to load.
        JSRuntimeInvocationHandler loading = PlotlyCalls.SetupVoid("importScript", _ => true);
        IRenderedComponent<Overview> page = await OpenLiveAsync("");
        await Stream.SendAsync(Sample.Snapshot(1));
        await Stream.SendAsync(Sample.Snapshot(2));
        page.WaitForAssertion(() => Assert.Equal(Sample.Noon.AddSeconds(2), Services.GetRequiredService<TelemetryFeed>().Frame!.End));

        loading.SetVoidResult();

        await Waiting.UntilAsync(() => PlotlyCalls.Invocations["extendTraces"].Count == 4);
        Assert.Equal(4, PlotlyCalls.Invocations["newPlot"].Count);
        Assert.All(
            PlotlyCalls.Invocations["extendTraces"],
            call => Assert.Equal(2, ((IEnumerable<IEnumerable<object>>)call.Arguments[1]!).First().Count())
        );
    }

    [Fact]
    public void Open_LongerRange_AsksForTheLastHourByTheServersClock()
    {
        Server.On(
            "GET",
            Routes.TelemetryHistory,
            TelemetryJson.Default.TelemetryHistory,
            call =>
                call.Query == "?last=3600&step=10"
                    ? new(10, [.. Enumerable.Range(-360, 360).Select(step => Sample.Window(step * 10, requests: 100, seconds: 10))])
                    : new(1, [])
        );
        Clock.SetUtcNow(Sample.Noon.AddMinutes(10));

        IRenderedComponent<Overview> page = OpenAt("?range=60");

        page.WaitForAssertion(() => Assert.Contains("requests 10.0/s", Text(page.Find(".chart .legend")), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_NextSecond_ExtendsChartsInsteadOfRedrawing()
    {
        IRenderedComponent<Overview> page = await OpenLiveAsync("");
        PlotlyCalls.VerifyNotInvoke("extendTraces");

        await Stream.SendAsync(Sample.Snapshot(1));

        await Waiting.UntilAsync(() => PlotlyCalls.Invocations["extendTraces"].Count == 4);
        PlotlyCalls.VerifyNotInvoke("react");
    }

    [Fact]
    public async Task Hidden_Tab_DrawsNothingAndCatchesUpWhenShown()
    {
        IRenderedComponent<Overview> page = await OpenLiveAsync("");
        PageWatch watch = Services.GetRequiredService<PageWatch>();
        TelemetryFeed feed = Services.GetRequiredService<TelemetryFeed>();
        // Charts render again once they have been drawn.
        await Waiting.UntilAsync(() => Page.Invocations["fitCharts"].Count == 4);
        watch.OnVisibility(hidden: true);
        int renders = page.RenderCount;

        await Stream.SendAsync(Sample.Snapshot(1, minute: Sample.Window(-58, 1200, 60)));
        await Waiting.UntilAsync(() => feed.Latest?.Second.Start == Sample.Noon.AddSeconds(1));
        Assert.Equal(renders, page.RenderCount);

        watch.OnVisibility(hidden: false);
        page.WaitForAssertion(() => Assert.Equal("20.0/s", Tile(page, "Requests")));
    }

    [Fact]
    public async Task Pause_Clicked_FreezesTheViewWhileTheFeedGoesOn()
    {
        IRenderedComponent<Overview> page = await OpenLiveAsync("");
        TelemetryFeed feed = Services.GetRequiredService<TelemetryFeed>();

        page.Find("button.pause").Click();
        page.WaitForAssertion(() => Assert.EndsWith("/?at=2026-11-23T12:00:00Z", Navigation.Uri, StringComparison.Ordinal));
        await Stream.SendAsync(Sample.Snapshot(1, minute: Sample.Window(-58, 1200, 60)));
        await Waiting.UntilAsync(() => feed.Latest?.Second.Start == Sample.Noon.AddSeconds(1));
        Assert.Equal("40.0/s", Tile(page, "Requests"));
        Assert.Contains("Paused at 12:00:00", page.Markup, StringComparison.Ordinal);

        page.Find("button.pause").Click();
        page.WaitForAssertion(() => Assert.Equal("20.0/s", Tile(page, "Requests")));
        page.WaitForAssertion(() => Assert.DoesNotContain("?at", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refresh_EveryFiveSeconds_WaitsForThemOrForTheKey()
    {
        IRenderedComponent<Overview> page = await OpenLiveAsync("?every=5");
        TelemetryFeed feed = Services.GetRequiredService<TelemetryFeed>();

        await Stream.SendAsync(Sample.Snapshot(4, minute: Sample.Window(-55, 1200, 60)));
        await Waiting.UntilAsync(() => feed.Latest?.Second.Start == Sample.Noon.AddSeconds(4));
        Assert.Equal("40.0/s", Tile(page, "Requests"));
        Services.GetRequiredService<PageWatch>().OnKey("r");
        page.WaitForAssertion(() => Assert.Equal("20.0/s", Tile(page, "Requests")));

        await Stream.SendAsync(Sample.Snapshot(9, minute: Sample.Window(-50, 600, 60)));
        page.WaitForAssertion(() => Assert.Equal("10.0/s", Tile(page, "Requests")));
        page.Find("select[aria-label=Refresh]").Change("1");
        page.WaitForAssertion(() => Assert.DoesNotContain("every", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_P_PausesAndResumes()
    {
        IRenderedComponent<Overview> page = await OpenLiveAsync("");
        PageWatch watch = Services.GetRequiredService<PageWatch>();

        watch.OnKey("x");
        watch.OnKey("p");
        page.WaitForAssertion(() => Assert.Equal("Resume", Text(page.Find("button.pause"))));

        watch.OnKey("p");
        page.WaitForAssertion(() => Assert.Equal("Pause", Text(page.Find("button.pause"))));
    }

    [Fact]
    public async Task Choose_RangeAndPercentile_AreInTheAddress()
    {
        IRenderedComponent<Overview> page = await OpenLiveAsync("");

        await page.InvokeAsync(() => Radio(page, "10 min").Change(true));
        await page.InvokeAsync(() => Radio(page, "p50").Change(true));

        page.WaitForAssertion(() => Assert.EndsWith("/?range=10&stage=p50", Navigation.Uri, StringComparison.Ordinal));
        Assert.Contains("queue 0.60 ms", Text(page.FindAll(".chart .legend")[2]), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LinkToAPastTime_ShowsThatTime()
    {
        Server.On(
            "GET",
            Routes.TelemetryHistory,
            TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(-359, 300).Select(second => Sample.Window(second, requests: 10))])
        );
        Server.On(
            "GET",
            Routes.TelemetrySnapshot,
            TelemetryJson.Default.TelemetrySnapshot,
            _ =>
                Sample.Snapshot(-60, Sample.Window(-119, 600, 60)) with
                {
                    Alerts = [new("errors", "Many errors", AlertSeverity.Critical, Sample.Noon, "latency", false, false)],
                }
        );

        IRenderedComponent<Overview> page = OpenAt("?at=2026-11-23T11:59:00Z&range=1");

        page.WaitForAssertion(() => Assert.Equal("10.0/s", Tile(page, "Requests")));
        Assert.Contains("Many errors", Text(page.Find(".tiles")), StringComparison.Ordinal);
        Assert.Equal("Resume", Text(page.Find("button.pause")));
        Assert.True(Radio(page, "1 min").HasAttribute("checked"));
        Assert.Contains(
            Server.CallsTo("GET", Routes.TelemetryHistory),
            call => call.Query == "?from=2026-11-23T11:49:01Z&to=2026-11-23T11:59:01Z&step=1"
        );
        Assert.Equal("?at=2026-11-23T11:59:00Z", Assert.Single(Server.CallsTo("GET", Routes.TelemetrySnapshot)).Query);
    }

    [Fact]
    public void Open_LinkToATimeBeforeServerStateWasKept_SaysThatThereIsNoData()
    {
        Server.On(
            "GET",
            Routes.TelemetryHistory,
            TelemetryJson.Default.TelemetryHistory,
            _ => new(1, [.. Enumerable.Range(-359, 300).Select(second => Sample.Window(second, requests: 10))])
        );
        Server.On(
            "GET",
            Routes.TelemetrySnapshot,
            TelemetryJson.Default.TelemetrySnapshot,
            _ => new(Sample.Noon, Sample.Window(-60, 10), Sample.Window(-119, 600, 60), null)
        );

        IRenderedComponent<Overview> page = OpenAt("?at=2026-11-23T11:59:00Z");

        page.WaitForAssertion(() => Assert.Equal("10.0/s", Tile(page, "Requests")));
        Assert.Equal("–", Tile(page, "Alerts"));
        Assert.Contains("No data for this time", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LinkToAnExpiredTime_SaysSoAndResumes()
    {
        Server.On("GET", Routes.TelemetryHistory, TelemetryJson.Default.TelemetryHistory, _ => new(1, []));

        IRenderedComponent<Overview> page = OpenAt("?at=2026-11-20T11:59:00Z");

        page.WaitForAssertion(() =>
            Assert.Contains("The server no longer has data for this time", page.Find("[role=alert]").TextContent, StringComparison.Ordinal)
        );
        page.Find("button.pause").Click();
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Open_ServerUnreachable_SaysWhatToCheck()
    {
        Server.Down = true;
        IRenderedComponent<Overview> page = OpenAt("");
        TelemetryFeed feed = Services.GetRequiredService<TelemetryFeed>();

        await Waiting.UntilAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(250));
            return feed.Status == FeedStatus.Offline;
        });

        page.WaitForAssertion(() =>
            Assert.Contains("The server cannot be reached", page.Find("[role=alert]").TextContent, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Open_NoTraffic_ChartsSaySoInsteadOfStayingEmpty()
    {
        IRenderedComponent<Overview> page = OpenAt("");
        await Stream.ConnectedAsync();
        await Stream.SendAsync(Sample.Snapshot(0) with { Second = Sample.Window(0, requests: 0), Minute = Sample.Window(-59, 0, 60) });

        page.WaitForAssertion(() => Assert.Equal("0/s", Tile(page, "Requests")));
        Assert.Equal("–ms", Tile(page, "p99"));
        Assert.Equal(
            ["No requests in this period.", "No requests in this period.", "No lists in this period."],
            page.FindAll(".plot .empty").Select(note => note.TextContent)
        );
    }

    private IRenderedComponent<Overview> OpenAt(string address)
    {
        RenderSurroundings();
        Services.GetRequiredService<TelemetryFeed>().Start();
        return RenderAt<Overview>(address);
    }

    private async Task<IRenderedComponent<Overview>> OpenLiveAsync(string address)
    {
        IRenderedComponent<Overview> page = OpenAt(address);
        await Stream.ConnectedAsync();
        await Stream.SendAsync(Sample.Snapshot(0));
        page.WaitForElements(".chart .legend", 4);
        return page;
    }

    private static string Tile(IRenderedComponent<Overview> page, string label)
    {
        IElement tile = page.FindAll(".tile").Single(each => Text(each.QuerySelector(".label")!) == label);
        return tile.QuerySelector(".value")?.TextContent + tile.QuerySelector(".unit")?.TextContent;
    }

    private static IElement Radio(IRenderedComponent<Overview> page, string label) =>
        page.FindAll(".segmented label").Single(each => Text(each) == label).QuerySelector("input")!;

    private static string Text(IElement element) =>
        string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
