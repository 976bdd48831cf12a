using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace RecOps.Tests.Browser;

public sealed class SecurityFlowTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task SignIn_WrongThenRight_OpensTheRequestedPage(bool dark, int width)
    {
        await using BrowserWindow window = await fixture.OpenAsync(new(dark, width), cookie: null);
        IPage page = window.Page;

        await page.GotoAsync("/clusters?cluster=1");
        await Expect(page).ToHaveURLAsync(new Regex("/signin"));
        await window.AssertAccessibleAsync();
        await window.PictureAsync("signin");
        await page.GetByLabel("Name").FillAsync("admin");
        await page.GetByLabel("Password").FillAsync("not this one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("wrong");
        await window.AssertAccessibleAsync();
        await window.PictureAsync("signin-wrong");
        await page.GetByLabel("Password").FillAsync(ServerProcess.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/clusters\\?cluster=1$"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Clusters");
        await page.Locator(".account summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/signin$"));
    }

    [Fact]
    public async Task SignOut_ServerUnreachable_SaysThatTheUserIsStillSignedIn()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide, await fixture.PersonAsync("leaver", Role.Operator));
        IPage page = window.Page;
        await page.RouteAsync("**/api/session", route => route.Request.Method == "DELETE" ? route.AbortAsync() : route.ContinueAsync());
        await page.GotoAsync("/clusters");

        await page.Locator(".account summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.GetByText("You are still signed in. The server cannot be reached")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/clusters"));
        await page.UnrouteAllAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/signin$"));
    }

    [Fact]
    public async Task Link_FromAnotherSite_OpensTheViewWithoutSigningInAgain()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        IPage page = window.Page;
        await page.RouteAsync(
            "http://chat.example/",
            route =>
                route.FulfillAsync(
                    new() { ContentType = "text/html", Body = $"<a href='{fixture.Address}clusters?cluster=1'>Look at this</a>" }
                )
        );

        await page.GotoAsync("http://chat.example/");
        await page.GetByText("Look at this").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/clusters\\?cluster=1$"));
        await Expect(page.Locator("h1")).ToHaveTextAsync("Clusters");
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task People_AddedAndTheirPasswordChanged_SignsIn(int width)
    {
        await using BrowserWindow window = await fixture.OpenAsync(new(false, width));
        IPage page = window.Page;
        string name = $"carla-{width}";
        await window.GoToAsync("/people");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.Locator("fieldset.checks").First.GetByText("merchandiser").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        string password = await TakeSecretAsync(page);
        await Expect(page.Locator($"tr[data-person={name}]")).ToBeVisibleAsync();
        await window.AssertLooksGoodAsync("people");

        await using BrowserWindow theirs = await fixture.OpenAsync(Look.Wide, await fixture.SignInAsync(name, password));
        await theirs.Page.GotoAsync("/account");
        await theirs.Page.GetByLabel("Current password").FillAsync(password);
        await theirs.Page.GetByLabel("New password, at least 10 characters").FillAsync("short");
        await theirs.Page.GetByLabel("New password again").FillAsync("short");
        await theirs.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Expect(theirs.Page.Locator("#new-error")).ToContainTextAsync("at least 10");
        await theirs.Page.GetByLabel("New password, at least 10 characters").FillAsync("a longer password");
        await theirs.Page.GetByLabel("New password again").FillAsync("a longer password");
        await theirs.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Expect(theirs.Page.GetByText("Changed. Your other sessions have ended.")).ToBeVisibleAsync();
        await theirs.AssertAccessibleAsync();
        await theirs.PictureAsync("account");

        await fixture.SignInAsync(name, "a longer password");
        window.AssertNoComplaints();
    }

    [Fact]
    public async Task People_PasswordNotYetHandedOver_LeavingThePageAsksFirst()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        IPage page = window.Page;
        await window.GoToAsync("/people");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("nora");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.Locator("[data-secret]")).ToBeVisibleAsync();

        await page.Locator("nav a", new() { HasText = "API keys" }).ClickAsync();
        ILocator cancel = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" });
        await Expect(cancel).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("[data-secret]")).ToBeVisibleAsync();
        await TakeSecretAsync(page);
        await page.Locator("nav a", new() { HasText = "API keys" }).ClickAsync();
        await Expect(page.Locator("#key-name")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task People_RoleChangeIsRefused_BoxesShowTheActualRoles()
    {
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        IPage page = window.Page;
        await window.GoToAsync("/people");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("vera");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await TakeSecretAsync(page);
        ILocator viewer = page.Locator("tr[data-person=vera]").GetByLabel("viewer", new() { Exact = true });

        await viewer.ClickAsync();

        await Expect(page.GetByText("Give at least one role")).ToBeVisibleAsync();
        await Expect(viewer).ToBeCheckedAsync();
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task Keys_CreatedAndRevoked_WorkInBetween(bool dark, int width)
    {
        await using BrowserWindow window = await fixture.OpenAsync(new(dark, width));
        IPage page = window.Page;
        await window.GoToAsync("/keys");
        await page.GetByLabel("What it is for").FillAsync($"Checkout {width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        string secret = await TakeSecretAsync(page);
        Assert.Equal(System.Net.HttpStatusCode.OK, await fixture.CallWithKeyAsync(secret));
        await page.ReloadAsync();
        ILocator row = page.Locator("tr", new() { HasText = $"Checkout {width}" });
        await Expect(row).ToContainTextAsync(new Regex("now|ago"));
        await window.AssertFitsAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("keys");

        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(row).ToContainTextAsync("revoked");

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await fixture.CallWithKeyAsync(secret));
        window.AssertNoComplaints();
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task Audit_Searched_ShowsBeforeAndAfter(bool dark, int width)
    {
        await fixture.ResetRulesAsync(
            new Rule
            {
                Id = "audited",
                Name = "Audited rule",
                Select = new() { Brands = ["nobody's"] },
                Then = new() { Type = RuleType.Exclude },
            }
        );
        await using BrowserWindow window = await fixture.OpenAsync(new(dark, width));
        IPage page = window.Page;

        await window.GoToAsync($"/audit?action={AuditAction.RulesPublished}&search=audited");
        await page.GetByRole(AriaRole.Button, new() { Name = "Before and after" }).First.ClickAsync();
        await Expect(page.Locator(".before-after").First).ToContainTextAsync("Audited rule");
        await window.AssertFitsAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("audit");
        await page.GetByLabel("Text").FillAsync("nothing has this text");
        await page.GetByLabel("Text").PressAsync("Tab");

        await Expect(page.Locator(".empty")).ToContainTextAsync("No entries match");
        window.AssertNoComplaints();
    }

    /// <summary>Reads the secret that is shown once and closes it: while it is open, leaving the page asks first.</summary>
    private static async Task<string> TakeSecretAsync(IPage page)
    {
        string secret = await page.Locator("[data-secret]").InnerTextAsync();
        await page.Locator(".secret").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        return secret;
    }
}
