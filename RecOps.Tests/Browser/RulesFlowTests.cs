using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Cookie = Microsoft.Playwright.Cookie;

namespace RecOps.Tests.Browser;

/// <summary>A merchandiser's daily work, in a real browser against a real server.</summary>
public sealed class RulesFlowTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Rule_CreatedPreviewedPublishedAndRestored_ShoppersGetIt()
    {
        await fixture.ResetRulesAsync();
        string user = await fixture.UserAsync(8);
        string[] before = await fixture.ListAsync(user);
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide, await fixture.PersonAsync("walk-through", Role.Merchandiser));
        IPage page = window.Page;

        await page.GotoAsync("/rules");
        await Expect(page.Locator(".empty").First).ToContainTextAsync("There are no rules yet");
        await page.GetByRole(AriaRole.Button, new() { Name = "New rule" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Hide the best seller");
        await page.GetByLabel("Never show", new() { Exact = true }).CheckAsync();
        await page.Locator("#select-items").PressSequentiallyAsync(before[0]);
        await page.Locator("#select-items-options [role=option]", new() { HasText = before[0] }).First.ClickAsync();
        await Expect(page.Locator(".sentence")).ToContainTextAsync($"Never show item {before[0]}");
        await Expect(page.Locator(".card-head .hint", new() { HasText = "in stock" })).ToContainTextAsync("1 item,");
        await page.Locator("#when-placements").FillAsync("home");
        await page.Locator("#when-placements").PressAsync("Enter");
        await Expect(page.Locator(".draft-status")).ToContainTextAsync("Draft saved");

        ILocator shopper = page.Locator(".preview").GetByLabel("Shopper").First;
        await shopper.FillAsync(user);
        await page.Locator(".user-option", new() { HasText = user }).First.ClickAsync();
        await Expect(page.Locator(".gone li")).ToContainTextAsync("never shown");
        await Expect(page.Locator($".preview-list .then[data-item='{before[0]}']")).ToHaveCountAsync(0);
        await window.AssertAccessibleAsync();
        await window.PictureAsync("rule-editor");
        string second = (await page.Locator(".preview-list .then").Nth(1).GetAttributeAsync("data-item"))!;
        await page.Locator(".preview-list .then").Nth(4).DragToAsync(page.Locator(".preview-list > li").First);
        await Expect(page.Locator(".preview-list .why").First).ToContainTextAsync("pinned to place 1");
        Assert.Equal(before, await fixture.ListAsync(user));

        await page.GetByRole(AriaRole.Link, new() { Name = "← Rules" }).ClickAsync();
        await Expect(page.Locator("ol.rules > li")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish…" }).ClickAsync();
        await page.GetByLabel("What was changed and why").FillAsync("The best seller is out of the window");
        await window.AssertAccessibleAsync();
        await window.PictureAsync("rules-publish");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.Locator(".mud-snackbar").Last).ToContainTextAsync("is published");

        string[] after = await fixture.ListAsync(user);
        Assert.DoesNotContain(before[0], after);
        Assert.NotEqual(second, after[0]);
        await window.GoToAsync($"/try?user={user}");
        await Expect(page.Locator(".list .row .chip").First).ToBeVisibleAsync();
        await page.Locator("[data-action=why]").First.ClickAsync();
        await Expect(page.Locator(".why-panel")).ToContainTextAsync("pinned to place 1");
        await window.PictureAsync("try-why");

        await window.GoToAsync("/rules");
        await page.Locator("ol.rules > li", new() { HasText = "Hide the best seller" })
            .GetByRole(AriaRole.Button, new() { Name = "Turn off Hide the best seller" })
            .ClickAsync();
        await Expect(page.Locator(".draft-status")).ToContainTextAsync("Draft saved");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish…" }).ClickAsync();
        await page.GetByLabel("What was changed and why").FillAsync("Back again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.Locator(".mud-snackbar").Last).ToContainTextAsync("is published");
        await page.GetByRole(AriaRole.Link, new() { Name = "Versions" }).ClickAsync();
        await Expect(page.Locator(".version-list > li")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator(".diff")).ToContainTextAsync("on");
        await window.AssertAccessibleAsync();
        await window.PictureAsync("rules-versions");
        await page.Locator(".version-list > li").Nth(1).GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore and reset the draft" }).ClickAsync();
        await Expect(page.Locator(".mud-snackbar").Last).ToContainTextAsync("in effect again");

        Assert.DoesNotContain(before[0], await fixture.ListAsync(user));

        // Slow typing saves an incomplete rule; the server rejects it, and the browser logs that.
        window.AssertNoComplaints(but: "status of 400 (Bad Request) (" + new Uri(fixture.Address, "/api/rules/draft"));
    }

    [Fact]
    public async Task Draft_EditedByTwoAtOnce_BothChangesAreKeptAndTheSameRuleNeedsADecision()
    {
        await fixture.ResetRulesAsync(Rule("a", "Alpha"), Rule("b", "Beta"));
        await using BrowserWindow anna = await fixture.OpenAsync(Look.Wide, await fixture.PersonAsync("anna", Role.Merchandiser));
        await using BrowserWindow ben = await fixture.OpenAsync(Look.Wide, await fixture.PersonAsync("ben", Role.Merchandiser));
        await anna.Page.GotoAsync("/rules/edit/a");
        await ben.Page.GotoAsync("/rules/edit/b");
        await Expect(anna.Page.Locator("#rule-name")).ToHaveValueAsync("Alpha");
        await Expect(ben.Page.Locator("#rule-name")).ToHaveValueAsync("Beta");

        // Different rules: no decision is needed.
        await anna.Page.Locator("#rule-name").FillAsync("Alpha of Anna");
        await Expect(anna.Page.Locator(".draft-status")).ToContainTextAsync("Draft saved, last by anna");
        await ben.Page.Locator("#rule-name").FillAsync("Beta of Ben");
        await Expect(ben.Page.Locator(".draft-status")).ToContainTextAsync("Draft saved, last by ben");
        RuleDraftInfo draft = await fixture.DraftAsync();
        Assert.Equal(["Alpha of Anna", "Beta of Ben"], draft.Document.Rules.Select(rule => rule.Name));

        // The same rule, while Ben cannot see what Anna does.
        await ben.Page.GotoAsync("/rules/edit/a");
        await Expect(ben.Page.Locator("#rule-name")).ToHaveValueAsync("Alpha of Anna");
        await ben.Page.RouteAsync(new Regex("/api/rules/draft"), route => route.AbortAsync());
        await ben.Page.Locator("#rule-name").FillAsync("Alpha of Ben");
        await Expect(ben.Page.Locator(".draft-status")).ToContainTextAsync("cannot be reached");
        await anna.Page.Locator("#rule-name").FillAsync("Alpha of Anna again");
        await Expect(anna.Page.Locator(".draft-status")).ToContainTextAsync("Draft saved");
        await ben.Page.UnrouteAllAsync();
        await Expect(ben.Page.Locator(".conflict")).ToContainTextAsync("anna changed the same rule");
        await ben.AssertAccessibleAsync();
        await ben.PictureAsync("rules-conflict");
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Save these choices" }).ClickAsync();
        await Expect(ben.Page.Locator(".draft-status")).ToContainTextAsync("Draft saved, last by ben");

        Assert.Equal(["Alpha of Ben", "Beta of Ben"], (await fixture.DraftAsync()).Document.Rules.Select(rule => rule.Name));
        await Expect(anna.Page.Locator(".banner.info")).ToContainTextAsync("ben changed the draft");
        await Expect(anna.Page.Locator("#rule-name")).ToHaveValueAsync("Alpha of Ben");
    }

    [Fact]
    public async Task KillSwitch_Turned_EveryPageSaysSoUntilRulesAreOnAgain()
    {
        await fixture.ResetRulesAsync(Rule("a", "Alpha"));
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide, await fixture.PersonAsync("on-call", Role.Operator));
        await window.Page.GotoAsync("/rules");

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Kill switch" }).ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Switch rules off" }).ClickAsync();
        await Expect(window.Page.Locator(".banner.bad")).ToContainTextAsync("on-call turned them off");
        await window.GoToAsync("/");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Overview");
        await Expect(window.Page.Locator(".banner.bad")).ToBeVisibleAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("rules-off");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Turn rules on" }).ClickAsync();

        await Expect(window.Page.Locator(".banner.bad")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task Import_FileWithErrors_ShowsEachByItsRowAndAcceptsTheFixedFile(bool dark, int width)
    {
        await fixture.ResetRulesAsync(Rule("a", "Alpha"));
        await using BrowserWindow window = await fixture.OpenAsync(
            new(dark, width),
            await fixture.PersonAsync("imports", Role.Merchandiser)
        );
        IPage page = window.Page;
        await page.GotoAsync("/rules");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import…" }).ClickAsync();

        await page.Locator("#import-file")
            .SetInputFilesAsync(Csv("id,name,type,strength,brands\nlumo,,boost,9,Lumo\nb,Bury them,bury,lots,Acme\n"));
        await Expect(page.Locator(".errors li")).ToHaveCountAsync(3);
        await Expect(page.Locator(".errors li").First).ToContainTextAsync("row 2, name");
        await Expect(page.Locator(".errors li").Last).ToContainTextAsync("row 3, strength");
        await window.AssertFitsAsync();
        await window.AssertAccessibleAsync();
        await window.PictureAsync("rules-import-mistakes");
        Assert.Equal(["a"], (await fixture.DraftAsync()).Document.Rules.Select(rule => rule.Id));

        await page.Locator("#import-file")
            .SetInputFilesAsync(Csv("id,name,type,strength,brands\nlumo,Boost Lumo,boost,2,Lumo\nb,Bury them,bury,0.5,Acme\n"));
        await Expect(page.Locator(".diff").First).ToContainTextAsync("Boost Lumo");
        await window.PictureAsync("rules-import");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to the draft" }).ClickAsync();
        await Expect(page.Locator("ol.rules > li")).ToHaveCountAsync(3);
        await Expect(page.Locator(".draft-status")).ToContainTextAsync("Draft saved");

        Assert.Equal(["a", "b", "lumo"], (await fixture.DraftAsync()).Document.Rules.Select(rule => rule.Id).Order());
        window.AssertNoComplaints();

        static FilePayload Csv(string text) =>
            new()
            {
                Name = "rules.csv",
                MimeType = "text/csv",
                Buffer = System.Text.Encoding.UTF8.GetBytes(text),
            };
    }

    [Fact]
    public async Task Rules_AsAViewer_AreReadOnly()
    {
        await fixture.ResetRulesAsync(Rule("a", "Alpha"));
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide, await fixture.PersonAsync("only-looks", Role.Viewer));

        await window.Page.GotoAsync("/rules");
        await Expect(window.Page.Locator("ol.rules > li")).ToHaveCountAsync(1);
        foreach (string name in (string[])["New rule", "Publish…", "Kill switch", "Import…"])
            await Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = name })).ToHaveCountAsync(0);
        await Expect(window.Page.Locator("nav a", new() { HasText = "People" })).ToHaveCountAsync(0);
        await window.Page.GotoAsync("/rules/edit/a");
        await Expect(window.Page.Locator("#rule-name")).ToBeDisabledAsync();
        await Expect(window.Page.Locator(".preview-list > li")).Not.ToHaveCountAsync(0);
        await window.Page.GotoAsync("/people");
        await Expect(window.Page.GetByText("Only administrators may open this page.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Pages_InEveryLook_FitAndAreAccessible()
    {
        await fixture.ResetRulesAsync(
            Rule("a", "Summer sale: everything from the garden that is still in stock and below fifty, for regular shoppers, all of June"),
            Rule("b", "Beta") with
            {
                Enabled = false,
            },
            new Rule
            {
                Id = "evenings",
                Name = "Friday evenings",
                Owner = "anna",
                Select = new RuleSelection { Price = new PriceRange { Max = 20 } },
                When = new RuleCondition
                {
                    Placements = ["home"],
                    Schedule = new RuleSchedule
                    {
                        TimeZone = "Europe/Madrid",
                        Days = ["fri"],
                        StartTime = "18:00",
                        EndTime = "22:00",
                    },
                },
                Then = new RuleAction
                {
                    Type = RuleType.Cap,
                    Max = 2,
                    By = "brand",
                    Within = 10,
                },
            }
        );
        await using BrowserWindow window = await fixture.OpenAsync(Look.Wide);
        IPage page = window.Page;

        await page.GotoAsync("/rules");
        await Expect(page.Locator("ol.rules > li")).ToHaveCountAsync(3);
        await window.AssertLooksGoodInBothWidthsAsync("rules");
        await window.GoToAsync("/rules/edit/evenings");
        await Expect(page.Locator(".calendar li.on")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator(".preview-list > li")).ToHaveCountAsync(12);
        await page.GetByRole(AriaRole.Button, new() { Name = "Estimate" }).ClickAsync();
        await Expect(page.Locator(".impact")).ToBeVisibleAsync();
        await window.AssertLooksGoodInBothWidthsAsync("rule-edit");
        await window.GoToAsync("/rules/versions");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Versions");
        await Expect(page.Locator(".version-list > li")).Not.ToHaveCountAsync(0);
        await window.AssertLooksGoodInBothWidthsAsync("versions");
        window.AssertNoComplaints();
    }

    private static Rule Rule(string id, string name) =>
        new()
        {
            Id = id,
            Name = name,
            Select = new RuleSelection { Price = new PriceRange { Max = 50 } },
            Then = new RuleAction { Type = RuleType.Boost, Strength = 2 },
        };
}

/// <summary>What tests of rules do outside the browser.</summary>
internal static class RulesBackstage
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Replaces the draft and the published rules with these.</summary>
    public static async Task ResetRulesAsync(this BrowserFixture fixture, params Rule[] rules)
    {
        using HttpClient client = fixture.CreateClient();
        using HttpRequestMessage save = new(HttpMethod.Put, Routes.RuleDraft)
        {
            Content = JsonContent.Create(new RuleDocument { Rules = rules }, options: Options),
        };
        save.Headers.TryAddWithoutValidation("If-Match", "*");
        using HttpResponseMessage saved = (await client.SendAsync(save, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        RuleDraftInfo draft = (await saved.Content.ReadFromJsonAsync<RuleDraftInfo>(Options, TestContext.Current.CancellationToken))!;
        (
            await client.PostAsJsonAsync(
                Routes.RulePublish,
                new PublishRequest { Note = "For a test", Revision = draft.Revision },
                Options,
                TestContext.Current.CancellationToken
            )
        ).EnsureSuccessStatusCode();
    }

    public static async Task<RuleDraftInfo> DraftAsync(this BrowserFixture fixture)
    {
        using HttpClient client = fixture.CreateClient();
        return (await client.GetFromJsonAsync<RuleDraftInfo>(Routes.RuleDraft, TestContext.Current.CancellationToken))!;
    }

    /// <summary>What a storefront gets.</summary>
    public static async Task<string[]> ListAsync(this BrowserFixture fixture, string user)
    {
        using HttpClient client = fixture.CreateClient();
        RecommendationResponse? list = await client.GetFromJsonAsync<RecommendationResponse>(
            $"{Routes.RecommendationsFor(user)}?count=12",
            TestContext.Current.CancellationToken
        );
        return [.. list!.Items.Select(item => item.ItemId)];
    }

    /// <summary>The cookie of a person with a role, created if there is none of that name.</summary>
    public static async Task<Cookie> PersonAsync(this BrowserFixture fixture, string name, params string[] roles)
    {
        using HttpClient client = fixture.CreateClient();
        await client.DeleteAsync(Routes.PersonOf(name), TestContext.Current.CancellationToken);
        using HttpResponseMessage answer = await client.PostAsJsonAsync(
            Routes.People,
            new NewPerson { User = name, Roles = roles },
            TestContext.Current.CancellationToken
        );
        PersonPassword? made = await answer.Content.ReadFromJsonAsync<PersonPassword>(TestContext.Current.CancellationToken);
        return await fixture.SignInAsync(name, made!.Password);
    }
}
