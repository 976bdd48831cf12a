using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Playwright;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Tests.Server;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>The console, Prometheus and whoever sent the requests count the same.</summary>
[Collection(BrowserTests.Name)]
public sealed class FiguresTests(BrowserFixture fixture)
{
    private const int Requests = 300;

    [Fact]
    public async Task Requests_Counted_TheSameOnScreenInMetricsAndByTheSender()
    {
        using var data = new TempDirectory();
        await TestBundle.WriteAsync(data.At("models"), new());
        await using ServerProcess server = await ServerProcess.StartAsync(data.At("data"), data.At("models"), ("Models__Active", TestBundle.Name), ("Demo__Traffic", "false"));
        using HttpClient client = new() { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);
        var sent = new Dictionary<string, int>();
        for (int i = 0; i < Requests; i++)
        {
            RecommendationResponse? answer = await client.GetFromJsonAsync<RecommendationResponse>(Routes.RecommendationsFor($"u{i % 35}"), TestContext.Current.CancellationToken);
            sent[answer!.Source] = sent.GetValueOrDefault(answer.Source) + 1;
        }

        string[] metrics = (await client.GetStringAsync(Routes.Metrics, TestContext.Current.CancellationToken)).Split('\n');
        foreach ((string source, int lists) in sent)
        {
            Assert.Equal(lists, metrics
                .Where(line => line.StartsWith("recops_recommendations_total{", StringComparison.Ordinal) && line.Contains($"source=\"{source}\"", StringComparison.Ordinal))
                .Sum(Value));
        }

        await using BrowserWindow window = await fixture.OpenElsewhereAsync(server);
        await window.Page.GotoAsync("/latency");
        ILocator row = window.Page.Locator("[aria-labelledby=slo-title] tbody tr").First;
        await Expect(row.Locator("td").First).ToHaveTextAsync(Requests.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The model is slow, so that what lies between sender and server, which no figure of the server can have, is next to nothing.</summary>
    [Fact]
    public async Task Latency_OfASlowModel_TheSameOnScreenInMetricsAndAtTheSender()
    {
        using var data = new TempDirectory();
        await TestBundle.WriteAsync(data.At("models"), new() { Slowness = 1500 });
        await using ServerProcess server = await ServerProcess.StartAsync(
            data.At("data"), data.At("models"), ("Models__Active", TestBundle.Name), ("Demo__Traffic", "false"), ("Caching__Enabled", "false"), ("Batching__MaxBatch", "1"), ("Warming__Users", "0"));
        using HttpClient client = new() { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);

        // Opens the connection; answered without computing.
        await client.GetStringAsync(Routes.RecommendationsFor("nobody"), TestContext.Current.CancellationToken);
        var sent = new List<double> { 0 };
        for (int i = 0; i < 9; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await client.GetStringAsync(Routes.RecommendationsFor($"u{i}"), TestContext.Current.CancellationToken);
            sent.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        sent.Sort();
        await using BrowserWindow window = await fixture.OpenElsewhereAsync(server);
        await window.Page.GotoAsync("/");
        await Expect(window.Page.Locator("[aria-labelledby=stages-title] tbody tr", new() { HasText = "total" }).Locator("td").First).Not.ToHaveTextAsync("–");
        string[] metrics = (await client.GetStringAsync(Routes.Metrics, TestContext.Current.CancellationToken)).Split('\n');
        Same(sent[(int)Math.Ceiling(0.5 * sent.Count) - 1], await TileAsync(window.Page, "p50"));
        Same(sent[(int)Math.Ceiling(0.9 * sent.Count) - 1], await TileAsync(window.Page, "p90"));
        Assert.Equal(sent.Count, Metric(metrics, "recops_stage_duration_seconds_count"));
        Same(sent.Sum(), 1000 * Metric(metrics, "recops_stage_duration_seconds_sum"));
    }

    /// <summary>Within two percent.</summary>
    private static void Same(double sender, double shown) => Assert.InRange(shown, sender * 0.98, sender * 1.02);

    private static double Metric(string[] lines, string name) => lines
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains("stage=\"total\"", StringComparison.Ordinal))
        .Sum(Value);

    private static double Value(string line) =>
        double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);

    private static async Task<double> TileAsync(IPage page, string label) => double.Parse(
        await page.Locator("a.tile", new() { Has = page.GetByText(label, new() { Exact = true }) }).Locator(".value").TextContentAsync() ?? "", CultureInfo.InvariantCulture);
}
