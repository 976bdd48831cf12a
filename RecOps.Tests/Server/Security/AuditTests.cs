using System.Net;
using System.Text.Json;
using RecOps.Server.Security.Audit;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Security;

public sealed class AuditTests
{
    [Fact]
    public async Task Audit_WhatPeopleDid_WhoWhatBeforeAndAfter()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        HttpClient anna = await application.CreateClientAsync("anna", Role.Merchandiser);
        var rules = new RuleConsole(anna);
        await rules.PublishAsync(RuleConsole.Boost("sale", "category-1", 1.5), RuleConsole.Pin("stays", "i3", 1));
        await rules.PublishAsync(RuleConsole.Boost("sale", "category-1", 2), RuleConsole.Pin("stays", "i3", 1));
        await rules.SwitchAsync(off: true);
        await (
            await anna.SendJsonAsync(
                HttpMethod.Patch,
                Routes.CatalogItems,
                """{"items":[{"itemId":"i1","inStock":false,"attributes":{"colour":"red"}},{"itemId":"none","inStock":false}]}"""
            )
        ).ReadAsync<JsonElement>();

        AuditRecord[] log = (await admin.GetAsync<AuditPage>(Routes.Audit)).Entries;
        Assert.Equal(log.Select(entry => entry.Id).OrderDescending(), log.Select(entry => entry.Id));
        AuditRecord published = log.First(entry => entry.Action == AuditAction.RulesPublished);
        Assert.Equal(("anna", "version 2: A test", RecOpsApplication.Start), (published.Actor, published.Subject, published.At));
        Assert.Contains("\"strength\":1.5", published.Before, StringComparison.Ordinal);
        Assert.Contains("\"strength\":2", published.After, StringComparison.Ordinal);
        Assert.DoesNotContain("stays", published.After, StringComparison.Ordinal);
        AuditRecord stock = log.Single(entry => entry.Action == AuditAction.CatalogChanged);
        Assert.Equal(("anna", "i1"), (stock.Actor, stock.Subject));
        Assert.Contains("\"inStock\":true", stock.Before, StringComparison.Ordinal);
        Assert.Contains("\"inStock\":false", stock.After, StringComparison.Ordinal);
        Assert.Equal("off", log.Single(entry => entry.Action == AuditAction.KillSwitch).After);
        Assert.Contains(log, entry => entry is { Action: AuditAction.SignedIn, Actor: "anna" });
        Assert.Contains(log, entry => entry is { Action: AuditAction.PersonCreated, Actor: "admin", Subject: "anna" });
        Assert.Contains("anna", (await admin.GetAsync<AuditPage>(Routes.Audit)).Actors);
    }

    [Fact]
    public async Task SignIn_NameAsLongAsTheLogTakes_IsThereWhole()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        string name = new('x', 256);

        using HttpResponseMessage answer = await application
            .CreateStranger()
            .SendJsonAsync(HttpMethod.Post, Routes.Session, $$"""{"user":"{{name}}","password":"any"}""");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        AuditRecord failed = (
            await application.CreateClient().GetAsync<AuditPage>($"{Routes.Audit}?action={AuditAction.SignInFailed}")
        ).Entries.Single();
        Assert.Equal((AuditLog.Nobody, name), (failed.Actor, failed.Subject));
    }

    [Fact]
    public async Task Audit_OfTheShopsOwnChanges_None()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient both = application.CreateClient();

        await (
            await both.SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, """{"items":[{"itemId":"i1","inStock":false}]}""")
        ).ReadAsync<JsonElement>();

        Assert.Empty((await both.GetAsync<AuditPage>($"{Routes.Audit}?action={AuditAction.CatalogChanged}")).Entries);
    }

    [Fact]
    public async Task Audit_SearchedAndFiltered_OnlyWhatFits()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        await new RuleConsole(admin).PublishAsync(RuleConsole.Boost("Hundred_percent", "category-1", 1.5));
        await new RuleConsole(admin).PublishAsync(RuleConsole.Boost("other", "category-1", 1.5));

        Assert.Equal(2, await CountAsync("action=rules.published"));
        Assert.Equal(4, await CountAsync("action=rules"));

        // The first publication added it and the second removed it; case does not matter, and an underscore is literal.
        Assert.Equal(2, await CountAsync("action=rules.published&search=hundred_PERCENT"));
        Assert.Equal(0, await CountAsync("action=rules.published&search=hundredXpercent"));
        Assert.Equal(0, await CountAsync("actor=anna"));
        Assert.Equal(0, await CountAsync("to=2026-05-04T10:00:00Z"));
        Assert.Equal(2, await CountAsync("action=rules.published&from=2026-05-04T12:00:00%2B02:00"));
        await (
            await admin.GetAsync($"{Routes.Audit}?from=soon&action=nothing&before=x", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync("from", "action", "before");

        async Task<int> CountAsync(string query) => (await admin.GetAsync<AuditPage>($"{Routes.Audit}?{query}")).Entries.Length;
    }

    [Fact]
    public async Task Audit_MoreThanAPage_TheNextGoesOnWithoutGaps()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        var rules = new RuleConsole(admin);
        for (int i = 0; i < 110; i++)
            await rules.SaveAsync(RuleConsole.Exclude($"r{i}", "i1"));

        AuditPage first = await admin.GetAsync<AuditPage>($"{Routes.Audit}?action=rules");
        AuditPage second = await admin.GetAsync<AuditPage>($"{Routes.Audit}?action=rules&before={first.Next}");

        Assert.Equal(100, first.Entries.Length);
        Assert.Null(second.Next);
        Assert.Equal(110, first.Entries.Concat(second.Entries).Select(entry => entry.Id).Distinct().Count());
    }

    [Fact]
    public async Task Export_Entries_AreCsvThatASpreadsheetDoesNotRun()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient admin = application.CreateClient();
        var rules = new RuleConsole(admin);
        await rules.SaveAsync(RuleConsole.Exclude("a", "i1"));
        await (await rules.PublishDraftAsync("fine")).ReadAsync<PublishResult>();
        using HttpClient stranger = application.CreateStranger();
        (await stranger.SendJsonAsync(HttpMethod.Post, Routes.Session, """{"user":"=1+1","password":"some password"}""")).Dispose();

        using HttpResponseMessage answer = await admin.GetAsync(Routes.AuditExport, TestContext.Current.CancellationToken);
        string csv = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            "recops-audit-20260504-1000.csv",
            answer.Content.Headers.ContentDisposition?.FileNameStar ?? answer.Content.Headers.ContentDisposition?.FileName
        );
        Assert.StartsWith("id,at,actor,action,subject,address,before,after", csv, StringComparison.Ordinal);
        Assert.Contains("version 1: fine", csv, StringComparison.Ordinal);
        Assert.DoesNotContain(",=1+1", csv, StringComparison.Ordinal);
    }
}
