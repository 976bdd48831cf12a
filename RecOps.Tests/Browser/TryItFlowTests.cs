using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class TryItFlowTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Shopper_PickedByTyping_BuysAndTheListChanges()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        string user = await fixture.UserAsync(5);
        IPage page = window.Page;
        await window.GoToAsync("/try");

        await page.GetByLabel("Shopper").First.PressSequentiallyAsync(user);
        // The first options are from before the last letters were typed.
        await page.Locator(".user-option", new() { HasText = user }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"user={Regex.Escape(user)}"));
        await Expect(page.Locator(".list .row")).ToHaveCountAsync(12);
        string before = await page.Locator(".request-id").InnerTextAsync();
        string bought = await page.Locator(".list .row .title").Nth(4).InnerTextAsync();

        await page.Locator(".list .row").Nth(4).Locator("[data-action=purchase]").ClickAsync();

        await Expect(page.Locator(".history li").First).ToContainTextAsync(bought);
        await Expect(page.Locator(".history li").First).ToContainTextAsync("purchase");
        await Expect(page.Locator(".request-id")).Not.ToHaveTextAsync(before);
        await Expect(page.Locator(".changes")).ToHaveTextAsync(new Regex(@"\d+ moved, \d+ new, \d+ gone\."));
        await window.PictureAsync("try-purchased");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Item_SoldOutAndUndone_LeavesTheListAndComesBack()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        IPage page = window.Page;
        string user = await fixture.UserAsync(9);

        // Cached from here on: on a busy machine the first request might otherwise get a fallback list, whose items need not come back.
        await fixture.ListAsync(user);
        await window.GoToAsync($"/try?user={user}");
        await Expect(page.Locator(".list .row")).ToHaveCountAsync(12);
        string item = (await page.Locator(".list .row").Nth(1).GetAttributeAsync("data-item"))!;
        ILocator row = page.Locator($".list .row[data-item='{item}']");

        await row.Locator("[data-action=stock]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await window.PictureAsync("sold-out-confirm");
        await window.AssertAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark sold out", Exact = true }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        await Expect(page.Locator(".sold-out button")).ToHaveCountAsync(1);
        await window.PictureAsync("sold-out");
        await window.AssertAccessibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();
        await Expect(row).ToHaveCountAsync(1);
        await Expect(page.Locator(".sold-out")).ToHaveCountAsync(0);
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Count_OutOfRange_IsShownAtTheField()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);

        await window.GoToAsync($"/try?user={await fixture.UserAsync(2)}&count=1000");

        await Expect(window.Page.Locator("#try-count-error")).ToBeVisibleAsync();
        await window.PictureAsync("try-field-error");
    }

    [Fact]
    public async Task Surprise_Clicked_OpensAShoppersList()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Narrow);
        await window.GoToAsync("/try");

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Surprise me" }).ClickAsync();

        await Expect(window.Page.Locator(".list .row")).ToHaveCountAsync(12);
        await Expect(window.Page.Locator(".shopper .chip").First).ToHaveTextAsync("known");
    }
}
