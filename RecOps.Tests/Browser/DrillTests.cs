using Microsoft.Playwright;
using RecOps.Tests.Server;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>Things go wrong on purpose, and somebody finds out why with what is on the screen: from the alert to its cause in at most three clicks.</summary>
[Collection(BrowserTests.Name)]
public sealed class DrillTests(BrowserFixture fixture) : IAsyncDisposable
{
    private const string Slow = "shop-slow";

    // Conditions have to hold for up to half a minute before they fire, on a machine that may be busy.
    private const float AlertPatience = 150_000;
    // Every list is computed.
    private static readonly (string, string) NoCache = ("Caching__Enabled", "false");
    private readonly TempDirectory data = new();
    private ServerProcess? server;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        data.Dispose();
    }

    [Fact]
    public async Task SlowModel_BudgetBurns_RankingIsWhatTakesTheTime()
    {
        IPage page = await StartAsync(NoCache, ("Models__Active", Slow), ("Demo__RequestsPerSecond", "8"));

        await AlertAsync(page, "The SLO's budget burns fast");
        await page.Locator("[data-rule=slo-fast-burn]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("Latency");
        await Expect(page.Locator(".parts").First).ToContainTextAsync("ranking");
        Assert.Equal("ranking", await LongestStageAsync(page));
        await PictureAsync(page, "drill-slow-model");
    }

    [Fact]
    public async Task BadModelActivated_BudgetBurns_TheActivationIsMarkedAndTakenBack()
    {
        IPage page = await StartAsync(NoCache, ("Models__Active", TestBundle.Name), ("Demo__RequestsPerSecond", "8"));
        await page.GotoAsync("/models");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Use {Slow}" }).ClickAsync();
        await page.Locator(".use").GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await Expect(page.Locator(".page-head")).ToContainTextAsync("activated by admin", new() { Timeout = AlertPatience });

        await AlertAsync(page, "The SLO's budget burns fast");
        await page.Locator("[data-rule=slo-fast-burn]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();
        await Expect(page.Locator(".marks")).ToContainTextAsync($"Model {Slow}-{TestBundle.Version} activated by admin");
        await PictureAsync(page, "drill-bad-model");
        await page.GetByRole(AriaRole.Link, new() { Name = "Models" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Roll back to {TestBundle.Name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();

        await Expect(page.Locator(".page-head")).ToContainTextAsync("rolled back by admin", new() { Timeout = AlertPatience });
    }

    [Fact]
    public async Task LoadTripled_LesserLists_ComputeSaysThatTheDeviceIsFull()
    {
        // A list takes some 90 ms of one of two processors: 12 a second are half of what they can, 36 are too many.
        IPage page = await StartAsync(
            NoCache, ("Models__Active", Slow), ("Demo__RequestsPerSecond", "12"), ("Slo__LatencyMs", "2000"), ("Serving__DeadlineMs", "400"), ("Serving__MaxComputing", "2"),
            ("Batching__Enabled", "false"), ("Alerts__FewestRequests", "50"));
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Slider).FillAsync("36");

        await AlertAsync(page, "Many lesser lists");
        await page.Locator("[data-rule=degraded]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("Compute");
        await Expect(page.Locator(".chart", new() { HasText = "Busy" }).First).ToBeVisibleAsync();
        await PictureAsync(page, "drill-load");
    }

    [Fact]
    public async Task RedisGone_Alert_TheCachePageSaysThatItDoesNotAnswer()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        IPage page = await StartAsync(("Models__Active", TestBundle.Name), ("ConnectionStrings__Redis", redis.ConnectionString), ("Demo__RequestsPerSecond", "20"));
        await page.GotoAsync("/cache");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Redis", Exact = true })).ToBeVisibleAsync();

        redis.Kill();

        await AlertAsync(page, "Redis does not answer");
        await page.Locator("[data-rule=redis]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Cache");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Redis", Exact = true })).ToContainTextAsync("left alone");
        await PictureAsync(page, "drill-redis");
        await page.GotoAsync("/runbooks/redis");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Redis does not answer");
    }

    /// <summary>The first click: what the header says.</summary>
    private static async Task AlertAsync(IPage page, string title)
    {
        await page.Locator(".alerting").ClickAsync(new() { Timeout = AlertPatience });
        await Expect(page.Locator(".alert h3", new() { HasText = title }).First).ToBeVisibleAsync(new() { Timeout = AlertPatience });
    }

    /// <summary>Of the slowest request, by the widest bar; waiting for others that are as slow is no stage of its own.</summary>
    private static async Task<string> LongestStageAsync(IPage page)
    {
        string title = await page.Locator(".waterfall").First.Locator(".part").EvaluateAllAsync<string>(
            "parts => parts.filter(part => !part.title.startsWith('queue')).reduce((a, b) => b.offsetWidth > a.offsetWidth ? b : a).title");
        return title.Split(' ')[0];
    }

    private static Task<byte[]> PictureAsync(IPage page, string name) => page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Screenshots, $"{name}.png"), FullPage = true });

    private async Task<IPage> StartAsync(params (string Name, string Value)[] settings)
    {
        string models = data.At("models");
        await TestBundle.WriteAsync(models, new());
        await TestBundle.WriteAsync(models, new() { Name = Slow, Slowness = 150 });
        server = await ServerProcess.StartAsync(data.At("data"), models, settings);
        BrowserWindow window = await fixture.OpenElsewhereAsync(server);
        await window.Page.GotoAsync("/");
        return window.Page;
    }
}
