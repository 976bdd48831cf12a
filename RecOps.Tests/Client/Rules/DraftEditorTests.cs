using System.Net;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Hosting;
using RecOps.Client.Rules;
using RecOps.Shared;
using RecOps.Shared.Rules;
using Xunit;
using static RecOps.Tests.Client.Rules.SampleRules;

namespace RecOps.Tests.Client.Rules;

public sealed class DraftEditorTests : ConsoleTest
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private RuleDraftInfo _stored = Draft(1, Rule("a"), Rule("b"));

    public DraftEditorTests() =>
        Server
            .On("GET", Routes.RuleDraft, RulesJson.Default.RuleDraftInfo, _ => _stored)
            .On(
                "PUT",
                Routes.RuleDraft,
                call =>
                {
                    _stored = new(call.Read(RulesJson.Default.RuleDocument), _stored.Revision + 1, "anna", Sample.Noon, 0);
                    return Task.FromResult(FakeServer.Json(_stored, RulesJson.Default.RuleDraftInfo));
                }
            )
            .On("POST", Routes.RulePublish, RulesJson.Default.PublishResult, _ => new(PublicationState.Published, 1, null));

    private DraftEditor Editor => Services.GetRequiredService<DraftEditor>();

    [Fact]
    public async Task Change_AfterAShortWhile_IsSavedOnce()
    {
        await Editor.LoadAsync();

        Editor.ChangeRule("a", "name", rule => rule with { Name = "O" });
        Editor.ChangeRule("a", "name", rule => rule with { Name = "Other" });
        Assert.Equal(DraftStatus.Changed, Editor.Status);
        Clock.Advance(Pause);
        await SettledAsync();

        Assert.Equal(DraftStatus.Saved, Editor.Status);
        Assert.Single(Server.CallsTo("PUT", Routes.RuleDraft));
        Assert.Equal("Other", _stored.Document.Rules[0].Name);
    }

    [Fact]
    public async Task Undo_TypingThenAnotherChange_UndoesWholeStepsAndRedoRepeatsThem()
    {
        await Editor.LoadAsync();
        foreach (string typed in (string[])["O", "Ot", "Oth"])
            Editor.ChangeRule("a", "name of a", rule => rule with { Name = typed });
        Editor.ChangeRule("a", "priority of a", rule => rule with { Priority = 7 });

        Assert.Equal("priority of a", Editor.UndoName);
        Editor.Undo();
        Assert.Equal(("Oth", 0), (Editor.Find("a")!.Name, Editor.Find("a")!.Priority));
        Editor.Undo();
        Assert.Equal("Name of a", Editor.Find("a")!.Name);
        Assert.Null(Editor.UndoName);
        Assert.False(Editor.HasUnsaved);
        Editor.Redo();
        Editor.Redo();

        Assert.Equal(("Oth", 7), (Editor.Find("a")!.Name, Editor.Find("a")!.Priority));
        Assert.Null(Editor.RedoName);
    }

    [Fact]
    public async Task Save_OtherRuleChangedByOthers_BothAreSaved()
    {
        await Editor.LoadAsync();
        RefuseOnce(Draft(5, Rule("a"), Rule("b") with { Name = "of Ben" }));

        Editor.ChangeRule("a", "name", rule => rule with { Name = "of Anna" });
        Clock.Advance(Pause);
        await Waiting.UntilAsync(() => Editor.News is not null);
        Clock.Advance(Pause);
        await SettledAsync();

        Assert.Equal(["of Anna", "of Ben"], _stored.Document.Rules.Select(rule => rule.Name));
        Assert.Contains("ben changed the draft too (1 changed)", Editor.News, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_SameRuleChangedByOthers_AsksAndSavesWhatWasDecided()
    {
        await Editor.LoadAsync();
        RefuseOnce(Draft(5, Rule("a") with { Name = "of Ben" }, Rule("b")));

        Editor.ChangeRule("a", "name", rule => rule with { Name = "of Anna" });
        Clock.Advance(Pause);
        await Waiting.UntilAsync(() => Editor.Status == DraftStatus.Conflict);
        Clock.Advance(Pause);
        Assert.Equal("of Ben", _stored.Document.Rules[0].Name);
        Editor.Decide(new HashSet<string> { "a" });
        Clock.Advance(Pause);
        await SettledAsync();

        Assert.Equal("of Anna", _stored.Document.Rules[0].Name);
    }

    [Fact]
    public async Task Save_Errors_KeptLocallyUntilTheyAreFixed()
    {
        await Editor.LoadAsync();
        Func<FakeCall, Task<HttpResponseMessage>> saves = call =>
        {
            _stored = new(call.Read(RulesJson.Default.RuleDocument), 2, "anna", Sample.Noon, 0);
            return Task.FromResult(FakeServer.Json(_stored, RulesJson.Default.RuleDraftInfo));
        };
        Server.OnProblem(
            "PUT",
            Routes.RuleDraft,
            HttpStatusCode.BadRequest,
            """{"title":"x","errors":{"rules[0].name":["name is missing."]}}"""
        );

        Editor.ChangeRule("a", "name", rule => rule with { Name = "" });
        Clock.Advance(Pause);
        await Waiting.UntilAsync(() => Editor.Status == DraftStatus.Invalid);
        Assert.Equal(["name is missing."], Editor.Errors["rules[0].name"]);
        Assert.Contains("\"a\"", Kept(), StringComparison.Ordinal);

        Server.On("PUT", Routes.RuleDraft, saves);
        Editor.ChangeRule("a", "name", rule => rule with { Name = "Right" });
        Clock.Advance(Pause);
        await SettledAsync();
        Assert.Empty(Editor.Errors);
        Assert.Null(Kept());
    }

    [Fact]
    public async Task Save_ServerGone_KeptLocallyAndRetried()
    {
        await Editor.LoadAsync();
        Server.Down = true;

        Editor.ChangeRule("a", "name", rule => rule with { Name = "Other" });
        Clock.Advance(Pause);
        await Waiting.UntilAsync(() => Editor.Status == DraftStatus.Offline);
        Assert.NotNull(Kept());
        Server.Down = false;
        Clock.Advance(TimeSpan.FromSeconds(6));
        await SettledAsync();

        Assert.Equal("Other", _stored.Document.Rules[0].Name);
    }

    [Fact]
    public async Task Load_WithChangesThatThisBrowserKept_RestoresThemAndUndoRemovesThem()
    {
        string kept = DraftBackup.Of(_stored.Document, Document(Rule("a") with { Name = "kept" }, Rule("b")));
        Page.Setup<string?>("load", "recops.rules.draft").SetResult(kept);

        await Editor.LoadAsync();

        Assert.Equal("kept", Editor.Find("a")!.Name);
        Assert.Contains("have been restored", Editor.News, StringComparison.Ordinal);
        Editor.Undo();
        Assert.Equal("Name of a", Editor.Find("a")!.Name);
    }

    [Fact]
    public async Task Look_ChangedByOthersAndNotLocally_IsAdoptedAndAnnounced()
    {
        await Editor.LoadAsync();
        _stored = Draft(9, Rule("a"));

        await Editor.LookAsync();

        Assert.Equal("ben changed the draft: 1 removed.", Editor.News);
        Assert.Null(Editor.Find("b"));
        Assert.Equal(DraftStatus.Saved, Editor.Status);
    }

    [Fact]
    public async Task Load_WithChangesKeptBeforeOthersChangedTheDraft_BothAreMerged()
    {
        Page.Setup<string?>("load", "recops.rules.draft")
            .SetResult(DraftBackup.Of(Document(Rule("a"), Rule("b")), Document(Rule("a") with { Name = "kept" }, Rule("b"))));
        _stored = Draft(7, Rule("a"), Rule("b") with { Name = "of Ben" });

        await Editor.LoadAsync();

        Assert.Equal(["kept", "of Ben"], Editor.Document.Rules.Select(rule => rule.Name));
    }

    [Fact]
    public async Task Load_WithKeptChangesSavedSince_RestoresNothing()
    {
        _stored = Draft(7, Rule("a") with { Name = "kept" });
        Page.Setup<string?>("load", "recops.rules.draft").SetResult(DraftBackup.Of(Document(Rule("a")), _stored.Document));

        await Editor.LoadAsync();

        Assert.Null(Editor.News);
        Assert.Null(Kept());
    }

    [Fact]
    public async Task Save_AnswerLost_FoundSavedAndNotKeptForALaterVisit()
    {
        await Editor.LoadAsync();
        bool lost = false;
        Server.On(
            "PUT",
            Routes.RuleDraft,
            call =>
            {
                if (lost)
                    return Task.FromResult(new HttpResponseMessage(HttpStatusCode.PreconditionFailed));

                lost = true;
                _stored = new(call.Read(RulesJson.Default.RuleDocument), _stored.Revision + 1, "anna", Sample.Noon, 0);
                throw new HttpRequestException("Connection reset");
            }
        );

        Editor.ChangeRule("a", "name", rule => rule with { Name = "Other" });
        Clock.Advance(Pause);
        await Waiting.UntilAsync(() => Editor.Status == DraftStatus.Offline);
        Clock.Advance(TimeSpan.FromSeconds(6));
        await SettledAsync();
        Clock.Advance(Pause);

        await Waiting.UntilAsync(() => Kept() is null);
        Assert.Equal("Other", Editor.Find("a")!.Name);
    }

    [Fact]
    public async Task Look_AnsweredWithTheDraftFromBeforeASave_ChangesNothing()
    {
        await Editor.LoadAsync();
        RuleDraftInfo old = _stored;
        TaskCompletionSource<HttpResponseMessage> late = new();
        Server.On("GET", Routes.RuleDraft, _ => late.Task);

        Task look = Editor.LookAsync();
        Editor.ChangeRule("a", "name", rule => rule with { Name = "Other" });
        Assert.True(await Editor.SaveAsync());
        late.SetResult(FakeServer.Json(old, RulesJson.Default.RuleDraftInfo));
        await look;

        Assert.Equal("Other", Editor.Find("a")!.Name);
        Assert.Equal(2, Editor.Stored!.Revision);
        Assert.Null(Editor.News);
    }

    [Fact]
    public async Task Publish_WhileASaveIsInFlight_ThatRevisionIsPublished()
    {
        await Editor.LoadAsync();
        TaskCompletionSource saves = new();
        Server.On(
            "PUT",
            Routes.RuleDraft,
            async call =>
            {
                await saves.Task;
                _stored = new(call.Read(RulesJson.Default.RuleDocument), _stored.Revision + 1, "anna", Sample.Noon, 0);
                return FakeServer.Json(_stored, RulesJson.Default.RuleDraftInfo);
            }
        );
        Editor.ChangeRule("a", "name", rule => rule with { Name = "Other" });
        Clock.Advance(Pause);

        Task<ApiResult<PublishResult>> publishing = Editor.PublishAsync("why", null);
        Assert.Null(Published());
        saves.SetResult();

        Assert.True((await publishing).Succeeded);
        Assert.Equal((2, "Other"), (Published()!.Revision, _stored.Document.Rules[0].Name));
        Assert.Single(Server.CallsTo("PUT", Routes.RuleDraft));
    }

    [Fact]
    public async Task Publish_UserTypesMeanwhile_WhatTheySawIsPublishedAndTheRestIsSavedAfterwards()
    {
        await Editor.LoadAsync();
        TaskCompletionSource publishes = new();
        int savedWhenPublished = 0;
        Server.On(
            "POST",
            Routes.RulePublish,
            async _ =>
            {
                await publishes.Task;
                savedWhenPublished = Server.CallsTo("PUT", Routes.RuleDraft).Count();
                return FakeServer.Json(new PublishResult(PublicationState.Published, 1, null), RulesJson.Default.PublishResult);
            }
        );
        Editor.ChangeRule("a", "name", rule => rule with { Name = "Seen" });

        Task<ApiResult<PublishResult>> publishing = Editor.PublishAsync("why", null);
        await Waiting.UntilAsync(() => Published() is not null);
        Editor.ChangeRule("a", "name", rule => rule with { Name = "Seen, and more" });
        Clock.Advance(Pause);
        publishes.SetResult();

        Assert.True((await publishing).Succeeded);
        Assert.Equal((2, 1, "Seen"), (Published()!.Revision, savedWhenPublished, _stored.Document.Rules[0].Name));
        Clock.Advance(Pause);
        await SettledAsync();
        Assert.Equal("Seen, and more", _stored.Document.Rules[0].Name);
    }

    [Fact]
    public async Task Publish_OthersChangedTheDraftMeanwhile_NothingIsPublishedUnseen()
    {
        await Editor.LoadAsync();
        RefuseOnce(Draft(5, Rule("a"), Rule("b") with { Name = "of Ben" }));
        Editor.ChangeRule("a", "name", rule => rule with { Name = "of Anna" });

        ApiResult<PublishResult> answer = await Editor.PublishAsync("why", null);

        Assert.Equal("The draft is not saved", answer.Problem?.Title);
        Assert.Null(Published());
        Assert.Equal(["of Anna", "of Ben"], Editor.Document.Rules.Select(rule => rule.Name));
    }

    [Fact]
    public async Task Publish_AnswerLost_IsRetriedWithTheSameId()
    {
        await Editor.LoadAsync();
        Server.OnProblem("POST", Routes.RulePublish, HttpStatusCode.ServiceUnavailable, """{"title":"x"}""");
        await Editor.PublishAsync("why", null);
        await Editor.PublishAsync("why", null);
        await Editor.PublishAsync("another reason", null);
        Server.On("POST", Routes.RulePublish, RulesJson.Default.PublishResult, _ => new(PublicationState.Published, 1, null));
        await Editor.PublishAsync("another reason", null);
        await Editor.PublishAsync("another reason", null);

        string?[] ids = [.. Server.CallsTo("POST", Routes.RulePublish).Select(call => call.Read(RulesJson.Default.PublishRequest).Id)];
        Assert.All(ids, Assert.NotNull);
        Assert.Equal(ids[0], ids[1]);
        Assert.Equal(ids[2], ids[3]);
        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public async Task Replace_WithUnsavedChanges_TheyAreNeverSaved()
    {
        await Editor.LoadAsync();
        Editor.ChangeRule("a", "name", rule => rule with { Name = "Other" });

        ApiResult<PublishResult> answer = await Editor.ReplaceAsync(() =>
        {
            _stored = Draft(9, Rule("c"));
            return Task.FromResult<ApiResult<PublishResult>>(new PublishResult(PublicationState.Published, 3, null));
        });
        Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.True(answer.Succeeded);
        Assert.Equal((DraftStatus.Saved, "c"), (Editor.Status, Assert.Single(Editor.Document.Rules).Id));
        Assert.Empty(Server.CallsTo("PUT", Routes.RuleDraft));
    }

    private PublishRequest? Published() =>
        Server.CallsTo("POST", Routes.RulePublish).LastOrDefault()?.Read(RulesJson.Default.PublishRequest);

    private Task SettledAsync() => Waiting.UntilAsync(() => Editor.Status == DraftStatus.Saved);

    /// <summary>Someone else has saved in between: the next save is refused, and the one after it is not.</summary>
    private void RefuseOnce(RuleDraftInfo theirs)
    {
        bool refused = false;
        Server.On(
            "PUT",
            Routes.RuleDraft,
            call =>
            {
                if (!refused)
                {
                    refused = true;
                    _stored = theirs;
                    return Task.FromResult(
                        new HttpResponseMessage(HttpStatusCode.PreconditionFailed)
                        {
                            Content = new StringContent(
                                """{"title":"Precondition Failed"}""",
                                System.Text.Encoding.UTF8,
                                "application/problem+json"
                            ),
                        }
                    );
                }

                _stored = new(call.Read(RulesJson.Default.RuleDocument), _stored.Revision + 1, "anna", Sample.Noon, 0);
                return Task.FromResult(FakeServer.Json(_stored, RulesJson.Default.RuleDraftInfo));
            }
        );
    }

    /// <summary>What the browser was last asked to keep.</summary>
    private string? Kept() => Page.Invocations["store"][^1].Arguments[1] as string;
}
