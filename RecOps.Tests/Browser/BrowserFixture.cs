using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using RecOps.Server.Security;
using RecOps.Shared;
using RecOps.Shared.Security;
using RecOps.Shared.Users;
using Xunit;
using Cookie = Microsoft.Playwright.Cookie;

namespace RecOps.Tests.Browser;

/// <summary>One server and one browser for all browser tests; each test gets a window of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const string RequireAll = "RECOPS_REQUIRE_ALL";

    /// <summary>Milliseconds. The first visit loads .NET, and machines that build and test at once are slow.</summary>
    private const float Patience = 45_000;

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("recops-browser-");
    private ServerProcess? server;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private Cookie? admin;

    public Uri Address => server!.Address;

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Path is null)
            return;

        Assertions.SetDefaultExpectTimeout(Patience);
        Directory.CreateDirectory(Repository.Screenshots);
        server = await ServerProcess.StartAsync(data.FullName, BrowserModels.Write(Path.Combine(data.FullName, "models")));
        admin = await SignInAsync(Bootstrap.AdminName, ServerProcess.AdminPassword);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Path, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
        data.Delete(recursive: true);
    }

    /// <summary>A window of an administrator. Skips the test where there is no browser, or fails it where nothing may be skipped.</summary>
    internal Task<BrowserWindow> OpenAsync(Look look) => OpenAsync(look, admin);

    /// <param name="cookie">Of whoever looks; null for nobody.</param>
    internal Task<BrowserWindow> OpenAsync(Look look, Cookie? cookie) => OpenAsync(look, cookie, Address);

    /// <summary>A window of an administrator of another server.</summary>
    internal Task<BrowserWindow> OpenElsewhereAsync(ServerProcess other) => OpenElsewhereAsync(other.Address);

    /// <param name="address">Of a server whose administrator has the password of all tests.</param>
    internal async Task<BrowserWindow> OpenElsewhereAsync(Uri address) =>
        await OpenAsync(Look.Wide, await SignInAsync(address, Bootstrap.AdminName, ServerProcess.AdminPassword), address);

    private async Task<BrowserWindow> OpenAsync(Look look, Cookie? cookie, Uri address)
    {
        if (browser is null)
        {
            const string reason = "No Chromium found; install it or set RECOPS_CHROMIUM to its path.";
            Assert.False(Environment.GetEnvironmentVariable(RequireAll) == "1", reason);
            Assert.Skip(reason);
        }

        IBrowserContext context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            TimezoneId = "Europe/Berlin",
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = look.Width, Height = look.Width < 600 ? 844 : 900 },
        });
        context.SetDefaultTimeout(Patience);
        if (cookie is not null)
            await context.AddCookiesAsync([cookie]);
        return new(context, await context.NewPageAsync(), look);
    }

    /// <summary>A client that may do everything.</summary>
    internal HttpClient CreateClient()
    {
        HttpClient client = new() { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("Cookie", $"{admin!.Name}={admin.Value}");
        client.DefaultRequestHeaders.Add(StorefrontGate.Header, ServerProcess.ApiKey);
        return client;
    }

    /// <summary>The cookie of somebody who signs in.</summary>
    internal Task<Cookie> SignInAsync(string user, string password) => SignInAsync(Address, user, password);

    private static async Task<Cookie> SignInAsync(Uri address, string user, string password)
    {
        CookieContainer cookies = new();
        using HttpClientHandler handler = new() { CookieContainer = cookies };
        using HttpClient http = new(handler) { BaseAddress = address };
        while (true)
        {
            using HttpResponseMessage answer = await http.PostAsJsonAsync(Routes.Session, new SignInRequest { User = user, Password = password });
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                answer.EnsureSuccessStatusCode();
                break;
            }

            // Lists are answered before the database is ready.
            await Task.Delay(100);
        }

        System.Net.Cookie cookie = cookies.GetCookies(address)[0];
        return new() { Name = cookie.Name, Value = cookie.Value, Url = address.ToString(), SameSite = SameSiteAttribute.Strict };
    }

    /// <summary>What a list asked for with a key is answered with.</summary>
    internal async Task<HttpStatusCode> CallWithKeyAsync(string key)
    {
        using HttpClient http = new() { BaseAddress = Address };
        http.DefaultRequestHeaders.Add(StorefrontGate.Header, key);
        using HttpResponseMessage answer = await http.GetAsync(Routes.RecommendationsFor("someone"));
        return answer.StatusCode;
    }

    /// <summary>
    /// The <paramref name="index"/>th known shopper. The demo's traffic has favourites, 0, 7 and 14 among the first twenty: what those do changes
    /// their lists under a test.
    /// </summary>
    internal async Task<string> UserAsync(int index)
    {
        using HttpClient http = CreateClient();
        UserSearchResponse? users = await http.GetFromJsonAsync<UserSearchResponse>($"{Routes.Users}?query=&limit=20");
        return users!.Users[index].UserId;
    }
}

/// <summary>The browser tests share one server, so they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
