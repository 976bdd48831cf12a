using Microsoft.Playwright;
using RecOps.Shared.Security;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

/// <summary>What an operator does with models, in a real browser against a real server under traffic.</summary>
public sealed class ModelsFlowTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    public static TheoryData<int> Widths => PagesTests.Widths;

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Models_BundleWithFigures_AreCompleteAndAccessible(int width)
    {
        await using BrowserWindow window = await fixture.OpenAsync(new(false, width));

        await window.GoToAsync($"/models?bundle={BrowserModels.Next}");
        await Expect(window.Page.Locator(".quality circle")).Not.ToHaveCountAsync(0);
        await window.Page.Locator("summary", new() { HasText = "Cold and warm shoppers" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = $"Use {BrowserModels.Next}" }).ClickAsync();
        await Expect(window.Page.Locator("#use-title")).ToBeFocusedAsync();

        await window.AssertLooksGoodAsync("models");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Model_ShadowedTriedPromotedAndRolledBack_ShoppersAreServedThroughout()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide, await fixture.PersonAsync("night-shift", Role.Operator));
        IPage page = window.Page;
        await page.GotoAsync("/models");

        await UseAsync(page, "Shadow", "Start shadow", "50");
        await Expect(page.Locator("section[aria-labelledby=shadow-title]")).ToContainTextAsync("Top-10 overlap");
        await UseAsync(page, "Canary", "Start canary", "30");
        ILocator canary = page.Locator("section[aria-labelledby=canary-title]");
        await Expect(canary.Locator("tbody tr").First.Locator("td").Nth(1)).Not.ToHaveTextAsync("0");
        await window.AssertFitsAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("models-trials");

        await page.GetByRole(AriaRole.Button, new() { Name = "Promote to all shoppers" }).ClickAsync();
        await Expect(page.Locator(".page-head")).ToContainTextAsync("promoted by night-shift");
        await Expect(canary).ToHaveCountAsync(0);
        await window.GoToAsync("/");
        await Expect(page.Locator(".marks")).ToContainTextAsync($"Model {BrowserModels.Next}-1 promoted by night-shift");
        await window.PictureAsync("overview-marks");

        await window.GoToAsync("/models");
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to demo" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();
        await Expect(page.Locator(".page-head")).ToContainTextAsync("rolled back by night-shift");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Use {BrowserModels.Damaged}" }).ClickAsync();
        await page.Locator(".use").GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await Expect(page.Locator(".use .problem")).ToContainTextAsync("the previous model stays active");
        await Expect(page.Locator(".reason")).ToContainTextAsync("ranker.onnx");
        await window.AssertAccessibleAsync();
        await window.PictureAsync("models-refused");
    }

    private static async Task UseAsync(IPage page, string way, string button, string percent)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Use {BrowserModels.Next}" }).ClickAsync();
        await page.Locator(".way", new() { HasText = way }).ClickAsync();
        await page.Locator("#trial-share").FillAsync(percent);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await Expect(page.Locator($"h2:has-text(\"{way}: {BrowserModels.Next}\")")).ToBeVisibleAsync();
    }
}
