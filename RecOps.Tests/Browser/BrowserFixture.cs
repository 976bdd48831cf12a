using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using RecOps.Server.Security.Keys;
using RecOps.Shared;
using RecOps.Shared.Users;
using Xunit;
using Cookie = Microsoft.Playwright.Cookie;

namespace RecOps.Tests.Browser;

/// <summary>A server with demo traffic and the published console, and browser windows on it.</summary>
public sealed class BrowserFixture(SharedChromium chromium) : IAsyncLifetime
{
    private readonly TempDirectory _data = new();
    private ServerProcess? _server;
    private Cookie? _admin;
    private IBrowserContext? _shared;
    private readonly Stack<IPage> _left = [];

    public Uri Address => _server!.Address;

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Path is null)
            return;

        // Some tests open it through a proxy.
        _server = await ServerProcess.StartProgramAsync(
            await PublishedServer.ProgramAsync(),
            _data.At("data"),
            BrowserModels.Write(_data.At("models")),
            ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true")
        );
        _admin = await ConsoleSession.OfAdminAsync(Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shared is not null)
            await _shared.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>
    /// A window of an administrator who has been here before: it continues with the console that an earlier test left open. Without a
    /// browser the test is skipped, or fails where skipping is not allowed.
    /// </summary>
    internal async Task<BrowserWindow> OpenAsync(Look look)
    {
        SharedChromium.SkipWithoutChromium();
        _shared ??= await chromium.CreateContextAsync(Address, _admin);
        return await BrowserWindow.OpenAsync(_left.TryPop(out IPage? page) ? page : await _shared.NewPageAsync(), look, LeaveAsync);
    }

    /// <summary>A window of an administrator with an empty browser profile, which the test may change freely.</summary>
    internal Task<BrowserWindow> OpenForgetfulAsync(Look look) => OpenAsync(look, _admin);

    /// <param name="cookie">The user's cookie; null for an anonymous user.</param>
    internal Task<BrowserWindow> OpenAsync(Look look, Cookie? cookie)
    {
        SharedChromium.SkipWithoutChromium();
        return chromium.OpenAsync(Address, look, cookie);
    }

    /// <summary>Keeps the console for the next test, on a page that draws nothing; not after a failed test.</summary>
    private async Task LeaveAsync(IPage page)
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed || !await BrowserWindow.IsConsoleAsync(page))
        {
            await page.CloseAsync();
            return;
        }

        await page.UnrouteAllAsync();
        await page.EvaluateAsync("Blazor.navigateTo('/account')");
        _left.Push(page);
    }

    /// <summary>A client with all permissions.</summary>
    internal HttpClient CreateClient()
    {
        SharedChromium.SkipWithoutChromium();
        HttpClient client = new() { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Cookie", $"{_admin!.Name}={_admin.Value}");
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);
        return client;
    }

    /// <summary>The cookie that a user gets by signing in.</summary>
    internal Task<Cookie> SignInAsync(string user, string password) => ConsoleSession.SignInAsync(Address, user, password);

    /// <summary>The answer to a request for a list with a key.</summary>
    internal async Task<HttpStatusCode> CallWithKeyAsync(string key)
    {
        using HttpClient http = new() { BaseAddress = Address };
        http.DefaultRequestHeaders.Add(StorefrontGate.Header, key);
        using HttpResponseMessage answer = await http.GetAsync(Routes.RecommendationsFor("someone"));
        return answer.StatusCode;
    }

    /// <summary>
    /// The <paramref name="index"/>th known shopper. The demo traffic has favourites, 0, 7 and 14 among the first twenty: their actions
    /// change their lists during a test.
    /// </summary>
    internal async Task<string> UserAsync(int index)
    {
        using HttpClient http = CreateClient();
        UserSearchResponse? users = await http.GetFromJsonAsync<UserSearchResponse>($"{Routes.Users}?query=&limit=20");
        return users!.Users[index].UserId;
    }
}

/// <summary>The tests that share one server run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
