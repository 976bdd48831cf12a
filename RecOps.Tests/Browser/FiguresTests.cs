using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using RecOps.Bench.Load;
using RecOps.Bench.Processes;
using RecOps.Server.Security.Keys;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Tests.Server;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>The console, Prometheus and the sender of the requests count the same.</summary>
public sealed class FiguresTests(SharedChromium chromium)
{
    private const int Requests = 300;

    [Fact]
    public async Task Requests_Counted_TheSameOnScreenInMetricsAndByTheSender()
    {
        using var data = new TempDirectory();
        await TestBundle.WriteAsync(data.At("models"), new());
        await using ServerProcess server = await ServerProcess.StartAsync(
            data.At("data"),
            data.At("models"),
            ("Models__Active", TestBundle.Name),
            ("Demo__Traffic", "false")
        );
        using HttpClient client = new() { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);
        var sent = new Dictionary<string, int>();
        for (int i = 0; i < Requests; i++)
        {
            RecommendationResponse? answer = await client.GetFromJsonAsync<RecommendationResponse>(
                Routes.RecommendationsFor($"u{i % 35}"),
                TestContext.Current.CancellationToken
            );
            sent[answer!.Source] = sent.GetValueOrDefault(answer.Source) + 1;
        }

        string[] metrics = (await client.GetStringAsync(Routes.Metrics, TestContext.Current.CancellationToken)).Split('\n');
        foreach ((string source, int lists) in sent)
        {
            Assert.Equal(
                lists,
                metrics
                    .Where(line =>
                        line.StartsWith("recops_recommendations_total{", StringComparison.Ordinal)
                        && line.Contains($"source=\"{source}\"", StringComparison.Ordinal)
                    )
                    .Sum(Value)
            );
        }

        await using BrowserWindow window = await chromium.OpenAsync(server.Address);
        await ShownAsync(window.Page, Requests);
    }

    /// <summary>
    /// The model is slow, so that the time between sender and server, which the server cannot measure, is negligible even when both wait
    /// for a processor. The sender is the load generator, in its own process.
    /// </summary>
    [Fact]
    public async Task Latency_OfASlowModel_TheSameOnScreenInMetricsAndAtTheLoadGenerator()
    {
        using var data = new TempDirectory();
        await TestBundle.WriteAsync(data.At("models"), new() { Slowness = 1500 });
        await using ServerProcess server = await ServerProcess.StartAsync(
            data.At("data"),
            data.At("models"),
            ("Models__Active", TestBundle.Name),
            ("Demo__Traffic", "false"),
            ("Caching__Enabled", "false"),
            ("Batching__MaxBatch", "1"),
            ("Warming__Users", "0"),
            ("Serving__DeadlineMs", "60000"),
            ("Bootstrap__StorefrontKey", BenchAccess.Key)
        );
        using HttpClient client = new() { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, BenchAccess.Key);

        // Not counted; gets the code before and after the measured part compiled.
        using (
            HttpResponseMessage refused = await client.GetAsync(
                Routes.RecommendationsFor("u0") + "?count=0",
                TestContext.Current.CancellationToken
            )
        )
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        LoadPlan plan = new()
        {
            Server = IPEndPoint.Parse(server.Address.Authority),
            Paths = [.. Enumerable.Range(0, 30).Select(user => Routes.RecommendationsFor($"u{user}"))],
            Phases = [new LoadPhase(0, Seconds: 15)],
            Closed = true,
            Connections = 1,
        };
        Task<LoadResult> loading = LoadProcess.RunAsync(plan, cpus: null, TestContext.Current.CancellationToken);
        double slowest = await SlowestRefusalAsync(client, loading);
        PhaseResult sent = (await loading).Phases[0];
        DateTimeOffset end = DateTimeOffset.UtcNow.AddSeconds(2);
        Assert.Equal(sent.Sent, sent.Sources[RecommendationSource.Computed]);

        // The minute of the load, no matter how long the browser takes to show it.
        await using BrowserWindow window = await chromium.OpenAsync(server.Address);
        await ShownAsync(window.Page, sent.Sent);
        await window.Page.GotoAsync($"/?at={end:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        await Expect(window.Page.Locator("[aria-labelledby=stages-title] tbody tr", new() { HasText = "total" }).Locator("td").First)
            .Not.ToHaveTextAsync("–");

        double median = await TileAsync(window.Page, "p50");
        double slow = await TileAsync(window.Page, "p90");
        string[] metrics = (await client.GetStringAsync(Routes.Metrics, TestContext.Current.CancellationToken)).Split('\n');
        double count = Metric(metrics, "recops_stage_duration_seconds_count");
        double sum = 1000 * Metric(metrics, "recops_stage_duration_seconds_sum");
        Assert.Equal(sent.Sent, count);
        Same(sent.MeanMs, sum / count, slowest);

        // On a busy machine one request may have waited outside the server for the whole difference of the means.
        double outside = Math.Max(0, (sent.MeanMs!.Value * count) - sum);
        Same(sent.P50Ms, median, outside);
        Same(sent.P90Ms, slow, outside);
    }

    /// <summary>
    /// Repeats a request that is refused immediately: its duration is what a caller waits outside the server's measurement.
    /// </summary>
    /// <returns>Milliseconds of the slowest one.</returns>
    private static async Task<double> SlowestRefusalAsync(HttpClient client, Task until)
    {
        double slowest = 0;
        while (!until.IsCompleted)
        {
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage refused = await client.GetAsync(
                Routes.RecommendationsFor("u0") + "?count=0",
                TestContext.Current.CancellationToken
            );
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await Task.WhenAny(until, Task.Delay(200, TestContext.Current.CancellationToken));
        }

        return slowest;
    }

    /// <summary>Waits until the second of the last request has ended and is on the screen.</summary>
    private static async Task ShownAsync(IPage page, long requests)
    {
        await page.GotoAsync("/latency");
        ILocator row = page.Locator("[aria-labelledby=slo-title] tbody tr").First;
        await Expect(row.Locator("td").First).ToHaveTextAsync(requests.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Within two percent.</summary>
    /// <param name="outside">Milliseconds that the sender may have waited and the server cannot measure.</param>
    private static void Same(double? sender, double shown, double outside = 0) =>
        Assert.InRange(shown, (sender!.Value * 0.98) - outside, sender.Value * 1.02);

    private static double Metric(string[] lines, string name) =>
        lines
            .Where(line =>
                line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains("stage=\"total\"", StringComparison.Ordinal)
            )
            .Sum(Value);

    private static double Value(string line) =>
        double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);

    private static async Task<double> TileAsync(IPage page, string label) =>
        double.Parse(
            await page.Locator("a.tile", new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator(".value").TextContentAsync()
                ?? "",
            CultureInfo.InvariantCulture
        );
}
