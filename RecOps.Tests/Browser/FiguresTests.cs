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
                .Sum(line => double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)));
        }

        await using BrowserWindow window = await fixture.OpenElsewhereAsync(server);
        await window.Page.GotoAsync("/latency");
        ILocator row = window.Page.Locator("[aria-labelledby=slo-title] tbody tr").First;
        await Expect(row.Locator("td").First).ToHaveTextAsync(Requests.ToString(CultureInfo.InvariantCulture));
    }
}
