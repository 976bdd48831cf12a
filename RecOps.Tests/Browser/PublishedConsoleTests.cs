using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>
/// The published console: nothing that the trimmer removes may be needed, and a first visit stays cheap.
/// </summary>
public sealed class PublishedConsoleTests(SharedChromium chromium, ITestOutputHelper output)
{
    /// <summary>
    /// The figure in docs/benchmarks/console.md plus headroom for a month of work; an untrimmed library would exceed it.
    /// </summary>
    private const long MostBytes = 4_000_000;

    /// <summary>"Not modified" is all that a second visit needs.</summary>
    private const long MostBytesAgain = 150_000;

    /// <summary>Milliseconds. Untrimmed, .NET is many times as large, and reads slowly on a machine that does much else.</summary>
    private const float UntrimmedPatience = 180_000;

    private const string Line = ".js-plotly-plot .scatterlayer .js-line";

    /// <summary>Names of everything that the first chart was given, without data values and what Plotly derives from them.</summary>
    private const string ChartNames = """
        () => {
          const names = new Set();
          const walk = (value, path) => {
            if (value === null || typeof value !== 'object') { names.add(path); return; }
            for (const name of Object.keys(value)) {
              if (['range', 'autorange', 'x', 'y', 'uid'].includes(name)) continue;
              walk(value[name], Array.isArray(value) ? path + '[]' : path + '.' + name);
            }
          };
          const plot = document.querySelector('.js-plotly-plot');
          walk(plot.layout, 'layout');
          walk(plot.data, 'data');
          return [...names].sort().join('\n');
        }
        """;

    [Fact]
    public async Task FirstVisit_PublishedConsole_DrawsTheSameChartsWithinTheBudget()
    {
        SharedChromium.SkipWithoutChromium();
        using var data = new TempDirectory();
        await using ServerProcess server = await ServerProcess.StartProgramAsync(
            await PublishedServer.ProgramAsync(),
            data.At("data"),
            BrowserModels.Write(data.At("models")),
            ("ASPNETCORE_ENVIRONMENT", "Production")
        );

        await using BrowserWindow published = await chromium.OpenAsync(server.Address);

        (NetworkTally first, string shown) = await VisitAsync(published.Page, "first visit");
        Assert.All(
            first.Urls,
            url =>
                Assert.StartsWith(server.Address.ToString(), url.Replace("blob:", "", StringComparison.Ordinal), StringComparison.Ordinal)
        );
        AssertWithin(MostBytes, first);
        await WithMarksAsync(published.Page);
        string drawn = await published.Page.EvaluateAsync<string>(ChartNames);
        await published.PictureAsync("published-overview");
        await ChooseAPointAsync(published.Page);

        // Started as late as this, so that the mark of its start is still in its charts.
        await using ServerProcess other = await ServerProcess.StartAsync(data.At("other"), data.At("models"));
        await using BrowserWindow built = await chromium.OpenAsync(other.Address);
        await built.Page.GotoAsync("/");
        await WithMarksAsync(built.Page);
        string expected = await built.Page.EvaluateAsync<string>(ChartNames);
        Assert.Contains("layout.shapes[].line.color", expected, StringComparison.Ordinal);
        Assert.Equal(expected, drawn);

        await published.Page.GotoAsync("about:blank");
        (NetworkTally second, string again) = await VisitAsync(published.Page, "second visit");
        AssertWithin(MostBytesAgain, second);
        published.AssertNoComplaints();

        string[] lines = ["| visit | bytes | requests | heading ms | charts ms |", "|---|---:|---:|---:|---:|", shown, again];
        output.WriteLine(string.Join('\n', lines));
        await File.WriteAllLinesAsync(
            Path.Combine(Repository.Screenshots, "..", "console.md"),
            lines,
            TestContext.Current.CancellationToken
        );
    }

    private static void AssertWithin(long most, NetworkTally tally) =>
        Assert.True(tally.FileBytes > 0 && tally.FileBytes <= most, $"{tally.FileBytes} bytes; at most {most} are allowed:\n{tally}");

    private static async Task<(NetworkTally Tally, string Row)> VisitAsync(IPage page, string name)
    {
        NetworkTally tally = await NetworkTally.OfAsync(page);
        Stopwatch watch = Stopwatch.StartNew();
        await page.GotoAsync("/");
        await Expect(page.Locator("main#content h1")).ToHaveTextAsync("Overview");
        long heading = watch.ElapsedMilliseconds;
        await Expect(page.Locator(Line).First).ToBeAttachedAsync();
        long charts = watch.ElapsedMilliseconds;
        await Expect(page.Locator(".connection .label")).ToHaveTextAsync("Live");
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('.js-plotly-plot')].length === 4");
        return (
            tally,
            string.Create(CultureInfo.InvariantCulture, $"| {name} | {tally.Bytes:#,0} | {tally.Requests} | {heading:#,0} | {charts:#,0} |")
        );
    }

    /// <summary>Plotly's click events are also read by reflection.</summary>
    private static async Task ChooseAPointAsync(IPage page)
    {
        await page.GotoAsync("/latency?range=1");
        ILocator plot = page.Locator(".plot.clickable .nsewdrag").First;
        await Expect(page.Locator(Line).First).ToBeAttachedAsync();
        for (int attempt = 0; attempt < 100 && !page.Url.Contains("slow=", StringComparison.Ordinal); attempt++)
        {
            // Repeats until the chart listens and there is a value under the pointer.
            await plot.HoverAsync();
            await plot.ClickAsync();
            await page.WaitForTimeoutAsync(200);
        }

        await Expect(page.Locator("[aria-labelledby=slow-title] .hint").First).ToContainTextAsync("that began within 1 min");
    }

    /// <summary>Waits for a chart with the mark of the server's start.</summary>
    private static async Task WithMarksAsync(IPage page) =>
        await page.WaitForFunctionAsync(
            "() => (document.querySelector('.js-plotly-plot')?.layout?.shapes ?? []).length > 0",
            null,
            new() { Timeout = UntrimmedPatience }
        );
}
