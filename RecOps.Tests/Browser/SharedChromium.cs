using Microsoft.Playwright;
using RecOps.Tests.Browser;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedChromium))]

namespace RecOps.Tests.Browser;

/// <summary>One browser for all tests that need one, started by the first of them; each test gets its own window.</summary>
public sealed class SharedChromium : IAsyncDisposable
{
    private const string RequireAll = "RECOPS_REQUIRE_ALL";

    /// <summary>Milliseconds. The first visit loads .NET, and machines that build and test at once are slow.</summary>
    private const float Patience = 45_000;

    private readonly Lazy<Task<IBrowser>> _browser;
    private IPlaywright? _playwright;

    public SharedChromium() => _browser = new(StartAsync);

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated)
            await (await _browser.Value).DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A window of an administrator of a server that uses the tests' common password.</summary>
    internal Task<BrowserWindow> OpenAsync(Uri address) => OpenAsync(address, Look.Wide);

    /// <summary>A window of an administrator of a server that uses the tests' common password.</summary>
    internal async Task<BrowserWindow> OpenAsync(Uri address, Look look) =>
        await OpenAsync(address, look, await ConsoleSession.OfAdminAsync(address));

    /// <summary>An empty window that shares nothing with others.</summary>
    /// <param name="cookie">The user's cookie; null for an anonymous user.</param>
    internal async Task<BrowserWindow> OpenAsync(Uri address, Look look, Cookie? cookie)
    {
        IBrowserContext context = await CreateContextAsync(address, cookie);
        return await BrowserWindow.OpenAsync(await context.NewPageAsync(), look, page => page.Context.DisposeAsync().AsTask());
    }

    /// <summary>Skips the test when there is no browser, or fails it where skipping is not allowed.</summary>
    /// <param name="cookie">The user's cookie; null for an anonymous user.</param>
    internal async Task<IBrowserContext> CreateContextAsync(Uri address, Cookie? cookie)
    {
        SkipWithoutChromium();
        IBrowserContext context = await (await _browser.Value).NewContextAsync(
            new() { BaseURL = address.ToString(), TimezoneId = "Europe/Berlin" }
        );
        context.SetDefaultTimeout(Patience);
        if (cookie is not null)
            await context.AddCookiesAsync([cookie]);
        return context;
    }

    /// <summary>To be called before starting anything that only a window needs.</summary>
    internal static void SkipWithoutChromium()
    {
        if (Chromium.Path is not null)
            return;

        const string reason = "No Chromium found; install it or set RECOPS_CHROMIUM to its path.";
        Assert.False(Environment.GetEnvironmentVariable(RequireAll) == "1", reason);
        Assert.Skip(reason);
    }

    private async Task<IBrowser> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        Directory.CreateDirectory(Repository.Screenshots);
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Path, Args = ["--no-sandbox"] });
    }
}
