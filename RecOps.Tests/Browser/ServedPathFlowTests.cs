using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RecOps.Tests.Server;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>The console under a path, behind nginx: no link may leave the path, and no request may go outside it.</summary>
[Collection(BrowserTests.Name)]
public sealed class ServedPathFlowTests(BrowserFixture fixture, SharedChromium chromium)
{
    [Fact]
    public async Task Console_UnderAPath_StaysBelowIt()
    {
        SharedChromium.SkipWithoutChromium();
        await using NginxServer nginx = await NginxServer.StartAsync(fixture.Address);
        string home = nginx.TakenOff.ToString();
        await using BrowserWindow window = await chromium.OpenAsync(nginx.TakenOff, Look.Wide, cookie: null);
        IPage page = window.Page;
        NetworkTally tally = await NetworkTally.OfAsync(page);
        var failures = new ConcurrentQueue<string>();
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
                failures.Enqueue($"{answer.Status} {answer.Url}");
        };

        await page.GotoAsync("clusters?cluster=1");
        await Expect(page).ToHaveURLAsync($"{home}signin?returnUrl=%2Fclusters%3Fcluster%3D1");
        await page.GetByLabel("Name").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync(ServerProcess.AdminPassword);
        await window.PictureAsync("path-signin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{home}clusters?cluster=1");
        await ExpectPageAsync(window, home, "Clusters");

        foreach (
            (string link, string place) in ((string, string)[])
                [("Overview", ""), ("Alerts", "alerts"), ("Rules", "rules"), ("Audit log", "audit"), ("API keys", "keys")]
        )
        {
            await page.Locator("nav a", new() { HasText = link }).First.ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex($"^{Regex.Escape(home + place)}(\\?.*)?$"));
            await ExpectPageAsync(window, home, link);
            if (place == "rules")
                await window.PictureAsync("path-rules");
        }

        await page.Keyboard.PressAsync("Control+k");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Combobox).FillAsync("overview");
        await page.Keyboard.PressAsync("Enter");
        await ExpectPageAsync(window, home, "Overview");
        await window.LiveAsync();

        // A colleague's link, and the same one again.
        await page.GotoAsync("latency?range=15");
        await ExpectPageAsync(window, home, "Latency");
        await page.ReloadAsync();
        await ExpectPageAsync(window, home, "Latency");
        await Expect(page).ToHaveURLAsync($"{home}latency?range=15");
        await window.LiveAsync();
        await window.PictureAsync("path-latency");

        IReadOnlyList<BrowserContextCookiesResult> cookies = await page.Context.CookiesAsync();
        Assert.Equal(2, cookies.Count);
        Assert.All(cookies, cookie => Assert.Equal("/console", cookie.Path));
        await page.Locator(".account summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{home}signin");

        Assert.Contains(tally.Urls, url => url.EndsWith("api/telemetry/stream", StringComparison.Ordinal));
        Assert.All(
            tally.Urls.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)),
            url => Assert.StartsWith(home, url.Replace("blob:", "", StringComparison.Ordinal), StringComparison.Ordinal)
        );
        Assert.Empty(failures);
        window.AssertNoComplaints();
    }

    /// <summary>The page is shown, and every link on it leads below the path.</summary>
    private static async Task ExpectPageAsync(BrowserWindow window, string home, string heading)
    {
        await Expect(window.Page.Locator("main#content h1")).ToHaveTextAsync(heading);
        string[] links = await window.Page.EvaluateAsync<string[]>("() => [...document.links].map(link => link.href)");
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.StartsWith(home, link, StringComparison.Ordinal));
    }
}
