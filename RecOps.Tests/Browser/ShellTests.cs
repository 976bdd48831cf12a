using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed partial class ShellTests(BrowserFixture fixture)
{
    /// <summary>The last minute's figures.</summary>
    private const string Stages = "[aria-labelledby=stages-title] tbody";

    [Fact]
    public async Task Theme_Chosen_HoldsFromTheFirstPaintOfTheNextVisit()
    {
        await using BrowserWindow window = await fixture.OpenForgetfulAsync(Look.Wide);
        await window.Page.GotoAsync("/try");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: System" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Dark" }).ClickAsync();
        await Expect(window.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        // Before .NET has run at all.
        await window.Page.RouteAsync("**/_framework/**", route => route.AbortAsync());
        await window.Page.ReloadAsync();

        await Expect(window.Page.Locator(".boot")).ToBeVisibleAsync();
        await window.PictureAsync("loading");
        Assert.Equal("rgb(15, 20, 27)", await window.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task Narrow_Navigation_OpensNavigatesAndCloses()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Narrow);
        await window.Page.GotoAsync("/");
        await window.LiveAsync();
        ILocator link = window.Page.GetByRole(AriaRole.Link, new() { Name = "Try it" });
        await Expect(link).ToBeHiddenAsync();

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Navigation" }).ClickAsync();
        await Expect(link).ToBeVisibleAsync();
        await window.PictureAsync("navigation");
        await link.ClickAsync();

        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Try it");
        await Expect(link).ToBeHiddenAsync();
    }

    /// <summary>The window may change while a chart is drawn for the first time, when the chart does not follow it yet.</summary>
    [Fact]
    public async Task Chart_WiderThanItsCard_IsFitted()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.Page.GotoAsync("/");
        await Expect(window.Page.Locator(".chart .main-svg").First).ToBeVisibleAsync();
        await window.Page.EvaluateAsync("() => { document.querySelector('.chart').style.width = '300px'; }");

        await window.Page.EvaluateAsync("async () => (await import('/js/page.js')).fitCharts()");

        await window.Page.WaitForFunctionAsync("() => document.querySelector('.chart .main-svg').getBoundingClientRect().width <= 300");
    }

    [Fact]
    public async Task Pause_ByKey_GivesALinkThatOpensTheSameView()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.Page.GotoAsync("/");
        await window.LiveAsync();
        await Expect(window.Page.Locator(".chart .legend")).ToHaveCountAsync(4);

        await window.Page.Keyboard.PressAsync("p");
        await Expect(window.Page).ToHaveURLAsync(PausedAddress());
        await using BrowserWindow other = await fixture.OpenAsync(Look.Wide);
        await other.Page.GotoAsync(window.Page.Url);

        // Either may still be drawing its last update.
        foreach (string part in (string[])[".page-head .chip", ".chart .legend", ".tiles", Stages])
        {
            (string here, string there) = ("", "-");
            try
            {
                await Waiting.UntilAsync(
                    async () =>
                    {
                        (here, there) = (
                            await window.Page.Locator(part).First.InnerTextAsync(),
                            await other.Page.Locator(part).First.InnerTextAsync()
                        );
                        return here == there;
                    },
                    TimeSpan.FromMilliseconds(200)
                );
            }
            finally
            {
                Assert.Equal(here, there);
            }
        }

        ILocator button = window.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" });
        await button.FocusAsync();
        await window.Page.Keyboard.PressAsync("Space");
        await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Keyboard_FirstTab_OffersToSkipToTheContent()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        await window.Page.GotoAsync("/try");
        await window.LiveAsync();

        ILocator skip = window.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" });
        await skip.FocusAsync();
        await Expect(skip).ToBeInViewportAsync();
        await window.Page.Keyboard.PressAsync("Enter");

        await Expect(window.Page.Locator("#content")).ToBeFocusedAsync();
    }

    [GeneratedRegex(@"\?at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex PausedAddress();
}
