using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed partial class PagesTests(BrowserFixture fixture)
{
    public static TheoryData<int> Widths => [Look.Wide.Width, Look.Narrow.Width];

    [Fact]
    public async Task Overview_Opened_IsLiveCompleteAndAccessible()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);

        await window.Page.GotoAsync("/");
        await window.LiveAsync();
        await Expect(window.Page.Locator(".tile .value").First).ToHaveTextAsync(Number());
        await Expect(window.Page.Locator(".plot .main-svg .scatterlayer .trace")).Not.ToHaveCountAsync(0);
        await Expect(window.Page.Locator(".plot .js-plotly-plot")).ToHaveCountAsync(4);
        await Expect(window.Page.Locator("tbody tr.total td").Nth(1)).ToHaveTextAsync(Number());

        await window.AssertLooksGoodInBothWidthsAsync("overview");
        window.AssertNoComplaints();
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task TryIt_WithAShopper_ShowsTheListAndIsAccessible(int width)
    {
        await using BrowserWindow window = await fixture.OpenAsync(new(false, width));

        await window.GoToAsync($"/try?user={await fixture.UserAsync(3)}&count=12");
        await Expect(window.Page.Locator(".list .row")).ToHaveCountAsync(12);
        await Expect(window.Page.Locator(".shopper .facts")).ToBeVisibleAsync();
        await window.LiveAsync();

        await window.AssertLooksGoodAsync("try");
        await window.Page.Locator("[data-action=similar]").First.ClickAsync();
        await Expect(window.Page.Locator(".similar li")).ToHaveCountAsync(15);
        await window.AssertLooksGoodAsync("try-similar");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task TryIt_NobodyChosen_SaysWhatToDo()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);

        await window.GoToAsync("/try");
        await Expect(window.Page.Locator(".empty")).ToContainTextAsync("Choose a shopper");

        await window.AssertLooksGoodInBothWidthsAsync("try-empty");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Cache_WithAShopper_ShowsTheirListsAndIsAccessible()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        string user = await fixture.UserAsync(5);
        await window.GoToAsync($"/try?user={user}");
        await Expect(window.Page.Locator(".list .row")).Not.ToHaveCountAsync(0);

        await window.GoToAsync($"/cache?user={user}");
        await window.LiveAsync();
        await Expect(window.Page.Locator(".entries tbody tr")).Not.ToHaveCountAsync(0);
        await Expect(window.Page.Locator(".figure .value").First).ToHaveTextAsync(Number());
        await Expect(window.Page.Locator(".plot .js-plotly-plot")).ToHaveCountAsync(3);

        await window.AssertLooksGoodInBothWidthsAsync("cache");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Cache_Purge_AsksFirstAndThenNothingIsKept()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        string user = await fixture.UserAsync(6);
        await window.GoToAsync($"/try?user={user}");
        await Expect(window.Page.Locator(".list .row")).Not.ToHaveCountAsync(0);
        await window.GoToAsync($"/cache?user={user}");

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Purge" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(window.Page.Locator(".entries tbody tr")).Not.ToHaveCountAsync(0);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Purge" }).ClickAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("cache-purge");
        await window.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Purge" }).ClickAsync();

        await Expect(window.Page.Locator(".mud-snackbar")).ToContainTextAsync("purged");
        await Expect(window.Page.Locator(".empty").First).ToContainTextAsync("Nothing is cached");
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Clusters_OneWarmed_ShowsMapProfileAndRunAndIsAccessible(int width)
    {
        await using BrowserWindow window = await fixture.OpenAsync(new(false, width));

        await window.GoToAsync("/clusters?cluster=1");
        await Expect(window.Page.Locator(".map circle")).Not.ToHaveCountAsync(0);
        await Expect(window.Page.Locator(".popular li")).Not.ToHaveCountAsync(0);
        await window.Page.GetByLabel("Choose cluster 1", new() { Exact = true }).CheckAsync();
        await window.Page.GetByLabel("Likely next visitors per cluster").FillAsync("20");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Estimate" }).ClickAsync();
        await Expect(window.Page.Locator(".plan")).ToContainTextAsync("20 shoppers");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Warm", Exact = true }).ClickAsync();
        await Expect(window.Page.Locator("tbody .chip").First).ToHaveTextAsync("completed");

        await window.AssertLooksGoodAsync("clusters");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task Unknown_Address_SaysSoAndLeadsBack()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);

        await window.Page.GotoAsync("/nowhere");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("There is no such page");
        await window.AssertAccessibleAsync();
        await window.PictureAsync("not-found");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Go to the overview" }).ClickAsync();

        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Overview");
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Server_Unreachable_EveryPageSaysWhatToDo(int width)
    {
        await using BrowserWindow window = await fixture.OpenAsync(new(false, width));
        await window.Page.RouteAsync(Api(), route => route.AbortAsync());

        await window.Page.GotoAsync("/");
        await Expect(window.Page.Locator(".connection .label")).ToHaveTextAsync("Offline");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server cannot be reached");
        await window.AssertLooksGoodAsync("overview-offline");

        await window.Page.GotoAsync("/try?user=someone");
        await Expect(window.Page.Locator(".list-card .problem")).ToContainTextAsync("The server cannot be reached");
        await window.PictureAsync("try-offline");

        await window.Page.UnrouteAllAsync();
        await window.Page.Locator(".list-card .problem button").ClickAsync();
        await Expect(window.Page.Locator(".list .row")).Not.ToHaveCountAsync(0);
        await Expect(window.Page.Locator(".shopper .chip")).ToHaveTextAsync("newcomer");
    }

    [GeneratedRegex(@"^[\d.,]+$")]
    private static partial Regex Number();

    [GeneratedRegex("/(api|v1)/")]
    private static partial Regex Api();
}
