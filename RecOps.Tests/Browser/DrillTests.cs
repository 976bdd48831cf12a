using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Shared.Telemetry;
using RecOps.Tests.Server;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>
/// Things go wrong on purpose, and somebody finds out why with what is on the screen: from the alert to its cause in at most three clicks.
/// </summary>
public sealed class DrillTests(SharedChromium chromium) : IAsyncDisposable
{
    private const string Slow = "shop-slow";

    // Every list is computed.
    private static readonly (string, string?) NoCache = ("Caching:Enabled", "false");
    private readonly SkippingTime _time = new();
    private readonly TempDirectory _data = new();
    private RecOpsApplication? _application;

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
            await _application.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task SlowModel_BudgetBurns_RankingIsWhatTakesTheTime()
    {
        IPage page = await StartAsync(NoCache, ("Models:Active", Slow), ("Demo:RequestsPerSecond", "4"));

        await AlertAsync(page, "slo-fast-burn");
        await page.Locator("[data-rule=slo-fast-burn]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("Latency");
        await Expect(page.Locator(".parts").First).ToContainTextAsync("ranking");
        Assert.Equal("ranking", await LongestStageAsync(page));
        await Pictures.TakeAsync(page, "drill-slow-model");
    }

    [Fact]
    public async Task BadModelActivated_BudgetBurns_TheActivationIsMarkedAndTakenBack()
    {
        IPage page = await StartAsync(NoCache, ("Models:Active", TestBundle.Name), ("Demo:RequestsPerSecond", "4"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Models", Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Use {Slow}" }).ClickAsync();
        await page.Locator(".use").GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await Expect(page.Locator(".page-head")).ToContainTextAsync("activated by admin");

        await AlertAsync(page, "slo-fast-burn");
        await page.Locator("[data-rule=slo-fast-burn]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();
        await Expect(page.Locator(".marks")).ToContainTextAsync($"Model {Slow}-{TestBundle.Version} activated by admin");
        await Pictures.TakeAsync(page, "drill-bad-model");
        await page.GetByRole(AriaRole.Link, new() { Name = "Models" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Roll back to {TestBundle.Name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();

        await Expect(page.Locator(".page-head")).ToContainTextAsync("rolled back by admin");
    }

    [Fact]
    public async Task LoadTripled_LesserLists_ComputeSaysThatTheDeviceIsFull()
    {
        // A list takes some 90 ms of one of two processors: 12 a second are half of what they can, 36 are too many.
        IPage page = await StartAsync(
            NoCache,
            ("Models:Active", Slow),
            ("Demo:RequestsPerSecond", "12"),
            ("Slo:LatencyMs", "2000"),
            ("Serving:DeadlineMs", "400"),
            ("Serving:MaxComputing", "2"),
            ("Batching:Enabled", "false")
        );
        await page.GetByRole(AriaRole.Slider).FillAsync("36");

        await AlertAsync(page, "degraded");
        await page.Locator("[data-rule=degraded]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("Compute");
        await Expect(page.Locator(".chart", new() { HasText = "Busy" }).First).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "drill-load");
    }

    [Fact]
    public async Task RedisGone_Alert_TheCachePageSaysThatItDoesNotAnswer()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        IPage page = await StartAsync(
            ("Models:Active", TestBundle.Name),
            ("ConnectionStrings:Redis", redis.ConnectionString),
            ("Demo:RequestsPerSecond", "20")
        );
        await page.GotoAsync("/cache");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Redis", Exact = true })).ToBeVisibleAsync();

        redis.Kill();

        await AlertAsync(page, "redis");
        await page.Locator("[data-rule=redis]").GetByRole(AriaRole.Link, new() { Name = "Show the cause" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Cache");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Redis", Exact = true })).ToContainTextAsync("left alone");
        await Pictures.TakeAsync(page, "drill-redis");
        await page.GotoAsync("/runbooks/redis");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Redis is not responding");
    }

    /// <summary>The first click: what the header says, once the condition has held for as long as the rule wants.</summary>
    private async Task AlertAsync(IPage page, string name)
    {
        AlertRule rule = AlertRules.All.Single(rule => rule.Name == name);
        var monitor = _application!.Services.GetRequiredService<AlertMonitor>();
        var board = _application.Services.GetRequiredService<AlertBoard>();
        await Waiting.UntilAsync(
            async () =>
            {
                await monitor.LookAsync(TestContext.Current.CancellationToken);
                return board.States.Single(state => state.Rule == name).Status != AlertStatus.Quiet;
            },
            TimeSpan.FromMilliseconds(200)
        );
        _time.Skip(TimeSpan.FromSeconds(rule.HoldSeconds));

        // By key: numbers beside it move it about, and a pointer would have to wait until it stands still.
        await page.Locator(".alerting").PressAsync("Enter");
        await Expect(page.Locator(".alert h3", new() { HasText = rule.Title }).First).ToBeVisibleAsync();
    }

    /// <summary>Of the slowest request, by the widest bar; waiting for others that are as slow is no stage of its own.</summary>
    private static async Task<string> LongestStageAsync(IPage page)
    {
        string title = await page.Locator(".waterfall")
            .First.Locator(".part")
            .EvaluateAllAsync<string>(
                "parts => parts.filter(part => !part.title.startsWith('queue')).reduce((a, b) => b.offsetWidth > a.offsetWidth ? b : "
                    + "a).title"
            );
        return title.Split(' ')[0];
    }

    private async Task<IPage> StartAsync(params (string Name, string? Value)[] settings)
    {
        SharedChromium.SkipWithoutChromium();
        string models = _data.At("models");
        await TestBundle.WriteAsync(models, new());
        await TestBundle.WriteAsync(models, new() { Name = Slow, Slowness = 150 });
        Dictionary<string, string?> all = new()
        {
            ["Demo:Traffic"] = "true",
            ["Serving:DeadlineMs"] = "5000",
            ["Alerts:FewestRequests"] = "20",
        };
        foreach ((string name, string? value) in settings)
            all[name] = value;
        _application = await RecOpsApplication.ListenAsync(
            _time.GetUtcNow(),
            all,
            services => services.AddSingleton<TimeProvider>(_time),
            models
        );
        BrowserWindow window = await chromium.OpenAsync(_application.Address);
        await window.Page.GotoAsync("/");
        return window.Page;
    }
}
