using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Serving.Metrics;
using RecOps.Shared.Recommendations;
using RecOps.Tests.Server;
using Xunit;

namespace RecOps.Tests.Browser;

/// <summary>
/// A console that stays open does not grow. The test controls the server's clock: it ticks as soon as the page has drawn the previous
/// second, so that hours pass in minutes.
/// </summary>
public sealed class ConsoleSoakTests(SharedChromium chromium, ITestOutputHelper output)
{
    /// <summary>How long the console is open, in its server's seconds; eight hours are 28800.</summary>
    private const string Length = "RECOPS_SOAK_SECONDS";

    /// <summary>One minute is on the screen, and .NET's collector is slow to start; until then memory has to grow.</summary>
    private const int Filled = 120;

    private const int Reading = 60;

    /// <summary>Bytes. .NET releases what JavaScript holds for it when its own collector runs, about every 20 minutes.</summary>
    private const long HeapNoise = 8_000_000;

    /// <summary>Bytes. WebAssembly's memory grows in large steps.</summary>
    private const long MemoryStep = 32_000_000;

    private const string NewSecondDrawn = """
        () => {
          const times = document.querySelector('.js-plotly-plot')?.data?.[0]?.x;
          const last = times?.[times.length - 1];
          if (last === undefined || window.lastDrawn === last) return false;
          window.lastDrawn = last;
          return true;
        }
        """;

    [Fact]
    public async Task Overview_OpenForHours_DoesNotGrow()
    {
        int seconds = int.Parse(Environment.GetEnvironmentVariable(Length) ?? "240", CultureInfo.InvariantCulture);
        SharedChromium.SkipWithoutChromium();
        await using RecOpsApplication application = await RecOpsApplication.ListenAsync(DateTimeOffset.UtcNow);
        var metrics = application.Services.GetRequiredService<ServingMetrics>();
        await using BrowserWindow window = await chromium.OpenAsync(application.Address);
        ICDPSession session = await window.Page.Context.NewCDPSessionAsync(window.Page);
        await session.SendAsync("Performance.enable");
        await window.Page.GotoAsync("/?range=1");
        await window.LiveAsync();

        var readings = new List<Size>();
        Stopwatch watch = Stopwatch.StartNew();
        for (int second = 1; second <= seconds; second++)
        {
            for (int request = 0; request < 5; request++)
                metrics.RecordAnswer(
                    new StageTicks { Total = (1 + ((second + request) % 7)) * 10_000, Rules = 400 },
                    RecommendationSource.L1,
                    degraded: false
                );
            application.Time.Advance(TimeSpan.FromSeconds(1));
            await window.Page.WaitForFunctionAsync(NewSecondDrawn);
            if (second % Reading == 0)
                readings.Add(await SizeAsync(session, window.Page, second));
        }

        string[] lines =
        [
            "| second | JavaScript MB | .NET MB | nodes | listeners |",
            "|---:|---:|---:|---:|---:|",
            .. readings
                .Where((_, index) => index % Math.Max(1, readings.Count / 24) == 0)
                .Append(readings[^1])
                .Distinct()
                .Select(size => size.ToString()),
        ];
        output.WriteLine($"{seconds} s in {watch.Elapsed.TotalSeconds:0} s\n{string.Join('\n', lines)}");
        await File.WriteAllLinesAsync(
            Path.Combine(Repository.Screenshots, "..", "console-soak.md"),
            lines,
            TestContext.Current.CancellationToken
        );
        Size filled = readings.First(size => size.Second >= Filled);
        Size last = readings[^1];
        window.AssertNoComplaints();
        Assert.True(
            last.Nodes <= filled.Nodes * 1.05
                && last.Listeners <= filled.Listeners * 1.05
                && last.Heap <= filled.Heap + HeapNoise
                && last.Memory <= filled.Memory + MemoryStep,
            $"{filled} grew to {last}"
        );
    }

    private static async Task<Size> SizeAsync(ICDPSession session, IPage page, int second)
    {
        await session.SendAsync("HeapProfiler.collectGarbage");
        JsonElement metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics");
        double Of(string name) =>
            metrics.EnumerateArray().First(metric => metric.GetProperty("name").GetString() == name).GetProperty("value").GetDouble();
        long memory = await page.EvaluateAsync<long>("() => globalThis.Blazor.runtime.localHeapViewU8().length");
        return new(second, (long)Of("JSHeapUsedSize"), memory, (int)Of("Nodes"), (int)Of("JSEventListeners"));
    }

    /// <param name="Heap">Bytes of JavaScript objects.</param>
    /// <param name="Memory">Bytes of .NET memory.</param>
    private sealed record Size(int Second, long Heap, long Memory, int Nodes, int Listeners)
    {
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {Second:#,0} | {Heap / 1e6:0.0} | {Memory / 1e6:0.0} | {Nodes:#,0} | {Listeners:#,0} |"
            );
    }
}
