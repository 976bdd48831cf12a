using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;
using Xunit;

namespace RecOps.Tests.Server.Rules;

public sealed class PublishingTests
{
    [Fact]
    public async Task Publish_Rules_InEffectOnTheNextRequestAndNamedThere()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        RecommendationResponse before = await application.RecommendAsync("u1");
        string first = before.Items[0].ItemId;

        int version = await console.PublishAsync(RuleConsole.Exclude("no-first", first), RuleConsole.Pin("hero", "i30", 2));
        RecommendationResponse after = await application.RecommendAsync(new RecommendationRequest { UserId = "u1", Explain = true });

        Assert.Equal((0, 1), (before.RulesVersion, after.RulesVersion));
        Assert.Equal(1, version);
        Assert.DoesNotContain(first, after.Items.Select(item => item.ItemId));
        Assert.Equal("i30", after.Items[1].ItemId);
        Assert.Equal(["hero"], after.Items[1].Rules);
        ExplainedItem why = after.Explain!.Steps[1];
        Assert.Equal(("i30", "pinned to place 2"), (why.ItemId, why.Rules.Single().Effect));
        Assert.Equal(after.Items.Select(item => item.ItemId), after.Explain.Steps.Select(step => step.ItemId));
        Assert.Equal(2, after.Explain.Steps[0].ModelRank);
        Assert.NotNull(after.Explain.Steps[0].ModelScore);
    }

    [Fact]
    public async Task Draft_SavedWithAnOldTag_RefusedAndNothingLost()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var anna = new RuleConsole(await application.CreateClientAsync("anna", Role.Merchandiser));
        var ben = new RuleConsole(await application.CreateClientAsync("ben", Role.Merchandiser));

        await (await anna.TrySaveAsync("\"0\"", RuleConsole.Exclude("a", "i1"))).ReadAsync<RuleDraftInfo>();
        JsonElement conflict = await (await ben.TrySaveAsync("\"0\"", RuleConsole.Exclude("b", "i2"))).ExpectProblemAsync(
            HttpStatusCode.PreconditionFailed
        );
        using HttpResponseMessage without = await ben.TrySaveAsync("", RuleConsole.Exclude("b", "i2"));

        Assert.Equal("anna", conflict.GetProperty("changedBy").GetString());
        Assert.Equal(1, conflict.GetProperty("revision").GetInt32());
        Assert.Equal((HttpStatusCode)428, without.StatusCode);
        RuleDraftInfo draft = await ben.DraftAsync();
        Assert.Equal(["a"], draft.Document.Rules.Select(rule => rule.Id));
        Assert.Equal((1, "anna", 0), (draft.Revision, draft.ChangedBy, draft.PublishedVersion));
    }

    [Fact]
    public async Task Publish_DraftThatChangedSince_Refused()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.SaveAsync(RuleConsole.Exclude("a", "i1"));
        await console.SaveAsync(RuleConsole.Exclude("b", "i1"));

        using HttpResponseMessage answer = await console.PostAsync(Routes.RulePublish, new PublishRequest { Note = "n", Revision = 1 });

        await answer.ExpectProblemAsync(HttpStatusCode.PreconditionFailed);
        Assert.Equal(0, (await console.StateAsync()).Version);
        await (await console.PostAsync(Routes.RulePublish, new PublishRequest { Note = " " })).ExpectFieldsAsync("note", "revision");
    }

    [Fact]
    public async Task Restore_OldVersion_IsPublishedAgainAsANewOne()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        var console = new RuleConsole(client);
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        await console.PublishAsync(RuleConsole.Pin("hero", "i31", 1), RuleConsole.Exclude("x", "i2"));

        PublishResult restored = await (
            await console.PostAsync(Routes.RestoreOf(1), new RestoreRequest { ResetDraft = true })
        ).ReadAsync<PublishResult>();

        Assert.Equal(3, restored.Version);
        Assert.Equal("i30", (await application.RecommendAsync("u1")).Items[0].ItemId);
        RuleVersionList versions = await client.GetAsync<RuleVersionList>(Routes.RuleVersions);
        Assert.Equal([3, 2, 1], versions.Versions.Select(version => version.Version));
        Assert.Equal(
            (1, "Restored version 1", "admin"),
            (versions.Versions[0].RestoredFrom, versions.Versions[0].Note, versions.Versions[0].PublishedBy)
        );
        Assert.Equal((1, 1, 0), (versions.Versions[1].Added, versions.Versions[1].Changed, versions.Versions[1].Removed));
        Assert.Equal(["hero"], (await console.DraftAsync()).Document.Rules.Select(rule => rule.Id));
        Assert.Equal(HttpStatusCode.NotFound, (await console.PostAsync(Routes.RestoreOf(9), new RestoreRequest())).StatusCode);
    }

    [Fact]
    public async Task KillSwitch_TurnedAndBack_ListsWithoutRulesAndWith()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));

        RulesState off = await console.SwitchAsync(off: true);
        RecommendationResponse without = await application.RecommendAsync("u1");
        RulesState on = await console.SwitchAsync(off: false);
        RecommendationResponse with = await application.RecommendAsync("u1");

        Assert.Equal((true, 0, "admin"), (off.IsOff, off.Version, off.SwitchedBy));
        Assert.Equal(0, without.RulesVersion);
        Assert.NotEqual("i30", without.Items[0].ItemId);
        Assert.Equal((false, 1), (on.IsOff, on.Version));
        Assert.Equal(("i30", 1), (with.Items[0].ItemId, with.RulesVersion));
    }

    [Fact]
    public async Task Publish_AtNoTime_ToldWhatATimeIs()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();

        using HttpResponseMessage answer = await application
            .CreateClient()
            .SendJsonAsync(HttpMethod.Post, Routes.RulePublish, """{"note":"x","at":"yesterday"}""");

        JsonElement problem = await answer.ExpectProblemAsync(HttpStatusCode.BadRequest);
        Assert.StartsWith(
            "The value must be an ISO 8601 time such as",
            problem.GetProperty("errors").GetProperty("at")[0].GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Publish_ForLater_InEffectWhenItsTimeComes()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        using HttpResponseMessage answer = await console.PublishDraftAsync("For the evening", RecOpsApplication.Start.AddMinutes(5));
        PublishResult asked = await answer.ReadAsync<PublishResult>(HttpStatusCode.Accepted);

        // Later edits are not part of what was submitted.
        await console.SaveAsync(RuleConsole.Pin("hero", "i31", 1));
        Assert.Equal(0, (await application.RecommendAsync("u1")).RulesVersion);
        await Waiting.UntilAsync(async () =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(20));
            return (await console.StateAsync()).Version == 1;
        });

        Assert.Equal("i30", (await application.RecommendAsync("u1")).Items[0].ItemId);
        PublicationInfo done = (await console.StateAsync()).Publications.Single();
        Assert.Equal((asked.PublicationId, PublicationState.Published, 1), (done.Id, done.State, done.Version));
    }

    [Fact]
    public async Task Publish_ForLaterAndNotValidAnyMore_FailsInTheOpenAndWhatIsServedStays()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        Rule kiosk = RuleConsole.Pin("hero", "i31", 1) with { When = new RuleCondition { Placements = ["kiosk"] } };
        await using (
            RecOpsApplication before = await RecOpsApplication.StartAsync(
                new(settings) { ["Serving:Placements:0"] = "home", ["Serving:Placements:1"] = "kiosk" }
            )
        )
        {
            var first = new RuleConsole(before.CreateClient());
            await first.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
            await first.SaveAsync(kiosk);
            using HttpResponseMessage asked = await first.PublishDraftAsync("Kiosk", RecOpsApplication.Start.AddMinutes(1));
            await asked.ReadAsync<PublishResult>(HttpStatusCode.Accepted);
        }

        // The shop no longer has kiosks.
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(settings);
        HttpClient client = application.CreateClient();
        var console = new RuleConsole(client);
        await Waiting.UntilAsync(async () =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(10));
            return (await console.StateAsync()).Publications.Single().State == PublicationState.Failed;
        });

        PublicationInfo failed = (await console.StateAsync()).Publications.Single();
        Assert.Contains("rules[0].when.placements[0]: ", failed.Trouble, StringComparison.Ordinal);
        Assert.Contains("kiosk", failed.Trouble, StringComparison.Ordinal);
        Assert.Equal(
            ("i30", 1),
            ((await application.RecommendAsync("u1")).Items[0].ItemId, (await application.RecommendAsync("u1")).RulesVersion)
        );
        AuditPage audit = await client.GetAsync<AuditPage>($"{Routes.Audit}?action={AuditAction.PublicationFailed}");
        Assert.Equal(("server", "Kiosk"), (audit.Entries.Single().Actor, audit.Entries.Single().Subject));
        using HttpResponseMessage dismissed = await client.DeleteAsync(
            Routes.PublicationOf(failed.Id),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(PublicationState.Cancelled, (await dismissed.ReadAsync<PublicationInfo>()).State);
    }

    [Fact]
    public async Task Publish_ApprovalRequired_TakesSomebodyElse()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(new() { ["Rules:RequireApproval"] = "true" });
        HttpClient annasClient = await application.CreateClientAsync("anna", Role.Merchandiser);
        var anna = new RuleConsole(annasClient);
        var ben = new RuleConsole(await application.CreateClientAsync("ben", Role.Merchandiser));
        await anna.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        PublishResult asked = await (await anna.PublishDraftAsync("Please")).ReadAsync<PublishResult>(HttpStatusCode.Accepted);
        PublishResult second = await (await anna.PublishDraftAsync("No")).ReadAsync<PublishResult>(HttpStatusCode.Accepted);

        await anna.ApproveAsync(asked.PublicationId!, HttpStatusCode.Forbidden);
        Assert.Equal(0, (await application.RecommendAsync("u1")).RulesVersion);
        PublicationInfo approved = await ben.ApproveAsync(asked.PublicationId!);

        // An approver whose answer was lost may approve again; anyone else is too late.
        Assert.Equal(approved, await ben.ApproveAsync(asked.PublicationId!));
        await new RuleConsole(application.CreateClient()).ApproveAsync(asked.PublicationId!, HttpStatusCode.Conflict);
        using HttpResponseMessage taken = await annasClient.DeleteAsync(
            Routes.PublicationOf(second.PublicationId!),
            TestContext.Current.CancellationToken
        );

        Assert.Equal((PublicationState.Published, "ben", 1), (approved.State, approved.DecidedBy, approved.Version));
        Assert.Equal(PublicationState.Cancelled, (await taken.ReadAsync<PublicationInfo>()).State);
        Assert.Equal(
            ("i30", 1),
            ((await application.RecommendAsync("u1")).Items[0].ItemId, (await application.RecommendAsync("u1")).RulesVersion)
        );
        RuleVersionList versions = await annasClient.GetAsync<RuleVersionList>(Routes.RuleVersions);
        Assert.Equal(("anna", "ben"), (versions.Versions[0].PublishedBy, versions.Versions[0].ApprovedBy));
    }

    [Fact]
    public async Task Publish_HundredTimesUnderLoad_EveryAnswerAfterItHasTheVersionAndHitsStay()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        foreach (int user in Enumerable.Range(0, 38))
            await application.RecommendAsync($"u{user}");
        using var over = new CancellationTokenSource();
        var seen = new List<RecommendationResponse>();
        Task load = Task.Run(
            async () =>
            {
                for (int i = 0; !over.IsCancellationRequested; i++)
                    seen.Add(await application.RecommendAsync($"u{i % 38}"));
            },
            TestContext.Current.CancellationToken
        );

        for (int publish = 1; publish <= 100; publish++)
        {
            Rule rule =
                publish % 2 == 0 ? RuleConsole.Boost("b", $"category-{publish % 4}", 1.5) : RuleConsole.Exclude("x", $"i{publish % 60}");
            int version = await console.PublishAsync(rule);
            Assert.Equal(publish, version);
            Assert.Equal(version, (await application.RecommendAsync("u3")).RulesVersion);
        }

        await over.CancelAsync();
        await load;
        Assert.NotEmpty(seen);
        Assert.All(seen, answer => Assert.Equal(RecommendationSource.L1, answer.Source));
        Assert.Equal(seen.Select(answer => answer.RulesVersion).Order(), seen.Select(answer => answer.RulesVersion));
    }

    [Fact]
    public async Task Publish_SentAgainWithItsId_AnsweredAsTheFirstWhateverHappenedSince()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        var anna = new RuleConsole(client);
        var ben = new RuleConsole(await application.CreateClientAsync("ben", Role.Merchandiser));
        RuleDraftInfo draft = await anna.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        var request = new PublishRequest
        {
            Note = "Hero",
            Revision = draft.Revision,
            Id = "of-anna",
        };

        PublishResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(async _ => await (await anna.PostAsync(Routes.RulePublish, request)).ReadAsync<PublishResult>())
        );
        await ben.PublishAsync(RuleConsole.Pin("hero", "i31", 1));
        PublishResult late = await (await anna.PostAsync(Routes.RulePublish, request)).ReadAsync<PublishResult>();

        Assert.All(results.Append(late), result => Assert.Equal(new PublishResult(PublicationState.Published, 1, null), result));
        Assert.Equal([2, 1], (await client.GetAsync<RuleVersionList>(Routes.RuleVersions)).Versions.Select(version => version.Version));
        Assert.Equal("i31", (await application.RecommendAsync("u1")).Items[0].ItemId);
        Assert.Empty((await anna.StateAsync()).Publications);
        await (await ben.PostAsync(Routes.RulePublish, request)).ExpectFieldsAsync("id");
        await (await anna.PostAsync(Routes.RulePublish, request with { Note = "Another" })).ExpectFieldsAsync("id");
    }

    [Fact]
    public async Task Publish_SentAgainWithoutAnId_NoSecondVersionUntilSomethingElseIsPublished()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));

        PublishResult same = await (await console.PublishDraftAsync("A test")).ReadAsync<PublishResult>();
        PublishResult otherNote = await (await console.PublishDraftAsync("Another")).ReadAsync<PublishResult>();
        PublishResult back = await (await console.PublishDraftAsync("A test")).ReadAsync<PublishResult>();

        Assert.Equal((1, 2, 3), (same.Version, otherNote.Version, back.Version));
    }

    [Fact]
    public async Task Publish_ForLaterSentAgain_WaitsOnce()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        DateTimeOffset at = RecOpsApplication.Start.AddMinutes(5);

        PublishResult first = await (await console.PublishDraftAsync("Evening", at, "one")).ReadAsync<PublishResult>(
            HttpStatusCode.Accepted
        );
        PublishResult again = await (await console.PublishDraftAsync("Evening", at, "one")).ReadAsync<PublishResult>(
            HttpStatusCode.Accepted
        );
        PublishResult without = await (await console.PublishDraftAsync("Evening", at)).ReadAsync<PublishResult>(HttpStatusCode.Accepted);

        Assert.Equal((first, first), (again, without));
        Assert.Equal("one", Assert.Single((await console.StateAsync()).Publications).Id);
    }

    [Fact]
    public async Task Schedule_OneCannotBeRead_FailsAndTheNextIsPublished()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.SaveAsync(RuleConsole.Pin("hero", "i30", 1));
        foreach (string id in new[] { "broken", "sound" })
            await (
                await console.PublishDraftAsync(id, RecOpsApplication.Start.AddMinutes(id == "broken" ? 4 : 5), id)
            ).ReadAsync<PublishResult>(HttpStatusCode.Accepted);
        await using (AsyncServiceScope scope = application.Services.CreateAsyncScope())
        {
            await scope
                .ServiceProvider.GetRequiredService<RecOpsDatabase>()
                .Publications.Where(row => row.Id == "broken")
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Json, "{"), TestContext.Current.CancellationToken);
        }

        application.Time.Advance(TimeSpan.FromMinutes(6));
        await Waiting.UntilAsync(async () =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(1));
            return (await application.RecommendAsync("u1")).RulesVersion == 1;
        });
        await using AsyncServiceScope after = application.Services.CreateAsyncScope();
        Publication broken = await after
            .ServiceProvider.GetRequiredService<RecOpsDatabase>()
            .Publications.AsNoTracking()
            .SingleAsync(row => row.Id == "broken", TestContext.Current.CancellationToken);

        Assert.Equal(PublicationState.Failed, broken.State);
        Assert.StartsWith("$: It cannot be read:", broken.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_SentAgain_OneVersionAndTheDraftResetWithIt()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        var console = new RuleConsole(application.CreateClient());
        await console.PublishAsync(RuleConsole.Pin("hero", "i30", 1));
        await console.PublishAsync(RuleConsole.Pin("hero", "i31", 1));
        var request = new RestoreRequest { ResetDraft = true, Id = "restore" };

        PublishResult first = await (await console.PostAsync(Routes.RestoreOf(1), request)).ReadAsync<PublishResult>();
        RuleDraftInfo draft = await console.DraftAsync();
        PublishResult again = await (await console.PostAsync(Routes.RestoreOf(1), request)).ReadAsync<PublishResult>();

        Assert.Equal((3, 3), (first.Version, again.Version));
        Assert.Equal(["i30"], draft.Document.Rules.Single().Select!.Items!);
        Assert.Equal(draft.Revision, (await console.DraftAsync()).Revision);
    }

    [Fact]
    public async Task Start_AfterARestart_SameRules()
    {
        using var data = new TempDirectory();
        Dictionary<string, string?> settings = new() { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings))
            await new RuleConsole(first.CreateClient()).PublishAsync(RuleConsole.Pin("hero", "i30", 1));

        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings);

        RecommendationResponse answer = await second.RecommendAsync("u1");
        Assert.Equal(("i30", 1), (answer.Items[0].ItemId, answer.RulesVersion));
    }
}
