using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Shared;
using RecOps.Shared.Telemetry;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>What on-call staff do: from a figure to its cause, in a browser.</summary>
public sealed partial class TelemetryFlowTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Pages_Opened_AreCompleteAndAccessible()
    {
        await RequestsAsync(20);
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);

        await window.GoToAsync("/latency");
        await Expect(window.Page.Locator(".plot .js-plotly-plot .main-svg").First).ToBeVisibleAsync();
        await Expect(window.Page.Locator(".heat rect")).Not.ToHaveCountAsync(0);
        await Expect(window.Page.Locator(".waterfall .part")).Not.ToHaveCountAsync(0);
        await LookAsync("latency");

        await window.GoToAsync("/compute");
        await Expect(window.Page.Locator(".plot .js-plotly-plot")).ToHaveCountAsync(9);
        await Expect(window.Page.GetByText("No NVIDIA driver")).ToBeVisibleAsync();
        await LookAsync("compute");

        await window.GoToAsync("/alerts");
        await Expect(window.Page.Locator("[data-watched]")).ToHaveCountAsync(AlertRules.All.Count);
        await LookAsync("alerts");

        await window.GoToAsync("/runbooks/slo-fast-burn");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("SLO error budget is burning fast");
        await LookAsync("runbook");

        await window.GoToAsync("/capacity");
        await Expect(window.Page.Locator(".figure .value").First).ToHaveTextAsync(Number());
        await LookAsync("capacity");
        window.AssertNoComplaints();

        async Task LookAsync(string name)
        {
            await window.LiveAsync();
            await window.AssertLooksGoodInBothWidthsAsync(name);
        }
    }

    [Fact]
    public async Task Overview_Tile_OpensTheCauseAndAChartPointItsSlowRequests()
    {
        await RequestsAsync(20);
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.GoToAsync("/?range=1");
        await window.LiveAsync();
        await window.Page.Locator("a.tile", new() { HasText = "p99" }).First.ClickAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Latency");

        await window.GoToAsync("/latency?range=1");
        await Expect(window.Page.Locator(".heat rect")).Not.ToHaveCountAsync(0);
        await window.Page.Locator(".heat rect").Last.ClickAsync();

        await Expect(window.Page).ToHaveURLAsync(SlowAddress());
        await Expect(window.Page.Locator("[aria-labelledby=slow-title] .hint").First).ToContainTextAsync("that began within 1 min");
        await Expect(window.Page.Locator(".waterfall")).Not.ToHaveCountAsync(0);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await Expect(window.Page).Not.ToHaveURLAsync(SlowAddress());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/latency")]
    [InlineData("/compute")]
    public async Task Page_NewlyOpened_DrawsWhatHappenedBefore(string path)
    {
        // Seconds with a value in the first chart.
        const string drawn = """
            () => {
                const plot = document.querySelector('.chart .js-plotly-plot');
                return plot?.data ? plot.data[0].x.filter((_, i) => plot.data[0].y[i] !== null).map(time => new Date(time.replace(' ', 'T')).getTime()) : [];
            }
            """;
        await SecondsOfRequestsAsync(5);
        await using BrowserWindow window = await fixture.OpenForgetfulAsync(Look.Wide);

        // The stream delivers nothing: everything drawn is from before.
        await window.Page.RouteAsync($"**{Routes.TelemetryStream}", _ => Task.CompletedTask);
        long opened = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await window.Page.GotoAsync(path);
        await window.Page.WaitForFunctionAsync($"opened => ({drawn})().filter(time => time < opened).length >= 5", opened);

        double[] times = await window.Page.EvaluateAsync<double[]>(drawn);
        Assert.Equal(times.Distinct().Order(), times);
        await Expect(window.Page.GetByText("Earlier seconds")).ToHaveCountAsync(0);
        await Expect(window.Page.GetByText("No data for this")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Chart_Menu_ShowsATableAndDownloadsFiles()
    {
        await RequestsAsync(5);
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.GoToAsync("/");
        await window.LiveAsync();
        ILocator chart = window.Page.Locator(".chart").First;
        await chart.Locator("summary").ClickAsync();
        await chart.GetByRole(AriaRole.Button, new() { Name = "Show as table" }).ClickAsync();
        await Expect(chart.Locator(".plot-table tbody tr")).ToHaveCountAsync(300);
        await Expect(chart.Locator(".plot")).ToBeHiddenAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("overview-table");

        await chart.Locator("summary").ClickAsync();
        Task<IDownload> downloading = window.Page.WaitForDownloadAsync();
        await chart.GetByRole(AriaRole.Button, new() { Name = "Download CSV" }).ClickAsync();
        IDownload download = await downloading;
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        string text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("recops-requests.csv", download.SuggestedFilename);
        Assert.StartsWith("time (UTC),\"requests (per second)\",\"errors (5xx) (per second)\"", text, StringComparison.Ordinal);
        Assert.Equal(301, text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);

        await chart.Locator("summary").ClickAsync();
        await chart.GetByRole(AriaRole.Button, new() { Name = "Show as chart" }).ClickAsync();
        await chart.Locator("summary").ClickAsync();
        downloading = window.Page.WaitForDownloadAsync();
        await chart.GetByRole(AriaRole.Button, new() { Name = "Download PNG" }).ClickAsync();
        Assert.Equal("recops-requests.png", (await downloading).SuggestedFilename);
    }

    [Fact]
    public async Task HeatMap_Menu_ShowsATableAndDownloadsFiles()
    {
        await RequestsAsync(5);
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.GoToAsync("/latency?range=1");
        ILocator map = window.Page.Locator(".heat");
        await Expect(map.Locator("rect")).Not.ToHaveCountAsync(0);
        await map.Locator("summary").ClickAsync();
        Task<IDownload> downloading = window.Page.WaitForDownloadAsync();
        await map.GetByRole(AriaRole.Button, new() { Name = "Download PNG" }).ClickAsync();
        IDownload picture = await downloading;
        Assert.Equal("recops-latency-distribution.png", picture.SuggestedFilename);
        await picture.SaveAsAsync(Path.Combine(Repository.Screenshots, "heat-map.png"));
        await map.Locator("summary").ClickAsync();
        downloading = window.Page.WaitForDownloadAsync();
        await map.GetByRole(AriaRole.Button, new() { Name = "Download CSV" }).ClickAsync();
        Assert.Equal("recops-latency-distribution.csv", (await downloading).SuggestedFilename);
        await map.Locator("summary").ClickAsync();
        await map.GetByRole(AriaRole.Button, new() { Name = "Show as table" }).ClickAsync();
        await Expect(map.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await window.AssertAccessibleAsync();
        await window.PictureAsync("heat-table");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Palette_Typed_OpensPagesShoppersAndClusters()
    {
        string user = await fixture.UserAsync(4);
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.GoToAsync("/alerts");
        await Expect(window.Page.Locator("[data-watched]")).ToHaveCountAsync(AlertRules.All.Count);

        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.GetByRole(AriaRole.Combobox, new() { Name = "Go to" }).FillAsync("heat map");
        await Expect(window.Page.GetByRole(AriaRole.Option)).Not.ToHaveCountAsync(0);
        await window.AssertAccessibleAsync();
        await window.PictureAsync("palette");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Latency");

        await window.Page.Keyboard.PressAsync("/");
        await window.Page.GetByRole(AriaRole.Combobox, new() { Name = "Go to" }).FillAsync(user);
        await window.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = user }).First.ClickAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Try it");
        Assert.Contains($"user={user}", window.Page.Url, StringComparison.Ordinal);

        await window.Page.Locator("h1").ClickAsync();
        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.GetByRole(AriaRole.Combobox, new() { Name = "Go to" }).FillAsync("cluster 1");
        await window.Page.GetByRole(AriaRole.Option).Filter(new() { HasText = "Cluster 1" }).First.ClickAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Clusters");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Keys_QuestionMark_ShowsAllKeys()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.GoToAsync("/alerts");
        await Expect(window.Page.Locator("[data-watched]")).ToHaveCountAsync(AlertRules.All.Count);

        await window.Page.Keyboard.PressAsync("?");
        await Expect(window.Page.Locator("dialog.shortcuts")).ToBeVisibleAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("shortcuts");
        await window.Page.Keyboard.PressAsync("Escape");
        await Expect(window.Page.Locator("dialog.shortcuts")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Alerts_Silenced_SaysUntilWhenAndCanBeEnded()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.GoToAsync("/alerts");
        ILocator row = window.Page.Locator("[data-watched=hit-rate]");

        await row.GetByRole(AriaRole.Combobox).SelectOptionAsync("60");
        await Expect(row).ToContainTextAsync("silenced until");
        await row.GetByRole(AriaRole.Combobox).SelectOptionAsync("0");
        await Expect(row).Not.ToContainTextAsync("silenced until");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Zone_Switched_ShowsTimesInUtcFromThenOn()
    {
        await using BrowserWindow window = await fixture.OpenForgetfulAsync(Look.Wide);
        await window.Page.GotoAsync("/latency");
        await window.LiveAsync();
        ILocator zone = window.Page.GetByTitle(ZoneTitle());
        await Expect(zone).ToHaveTextAsync("Berlin");

        await zone.ClickAsync();

        await Expect(zone).ToHaveTextAsync("UTC");
        Assert.Contains("zone=utc", window.Page.Url, StringComparison.Ordinal);
        await window.Page.GotoAsync("/compute");
        await Expect(zone).ToHaveTextAsync("UTC");
        Assert.Contains("zone=utc", window.Page.Url, StringComparison.Ordinal);
        await zone.ClickAsync();
        await Expect(zone).ToHaveTextAsync("Berlin");
        Assert.DoesNotContain("zone=", window.Page.Url, StringComparison.Ordinal);

        // A link shows times as its author saw them.
        await window.Page.GotoAsync("/latency?zone=utc");
        await Expect(zone).ToHaveTextAsync("UTC");
    }

    private async Task RequestsAsync(int count)
    {
        using HttpClient client = fixture.CreateClient();
        for (int i = 0; i < count; i++)
            (
                await client.GetAsync(Routes.RecommendationsFor(await fixture.UserAsync(i)), TestContext.Current.CancellationToken)
            ).EnsureSuccessStatusCode();
    }

    /// <summary>Waits until the server has this many seconds with requests.</summary>
    private async Task SecondsOfRequestsAsync(int count)
    {
        using HttpClient client = fixture.CreateClient();
        await Waiting.UntilAsync(
            async () =>
                (
                    await client.GetFromJsonAsync<TelemetryHistory>(
                        $"{Routes.TelemetryHistory}?step=1",
                        TestContext.Current.CancellationToken
                    )
                )!.Windows.Count(window => window.Batches?.Batches > 0) >= count,
            TimeSpan.FromMilliseconds(200)
        );
    }

    [GeneratedRegex(@"^[\d.,]+$")]
    private static partial Regex Number();

    [GeneratedRegex("slow=\\d+")]
    private static partial Regex SlowAddress();

    [GeneratedRegex("Times are in")]
    private static partial Regex ZoneTitle();
}
