using System.Net;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>How the draft here stands to the one on the server.</summary>
internal enum DraftStatus
{
    Loading,
    Saved,

    /// <summary>Changed here; it is about to be saved.</summary>
    Changed,
    Saving,

    /// <summary>Something is wrong with it: kept in this browser until it is put right.</summary>
    Invalid,

    /// <summary>Somebody else changed the same rules: a person has to decide.</summary>
    Conflict,

    /// <summary>The server could not be reached: kept in this browser, and tried again.</summary>
    Offline,
}

/// <summary>
/// The draft as it is edited here. Changes are saved by themselves a moment after the last; what cannot be saved is kept in the
/// browser. Changes of others are brought together with one's own, rule by rule, and only where both changed the same rule is
/// anybody asked.
/// </summary>
internal sealed class DraftEditor(RulesClient client, PageWatch page, TimeProvider clock) : IDisposable
{
    private const string BackupKey = "recops.rules.draft";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private readonly DraftHistory history = new();
    private RuleDocument common = RuleDocument.Empty;
    private ITimer? timer;
    private DateTimeOffset lastChange;
    private bool saving;

    public event Action? Changed;

    public DraftStatus Status { get; private set; } = DraftStatus.Loading;

    /// <summary>As it is edited.</summary>
    public RuleDocument Document { get; private set; } = RuleDocument.Empty;

    /// <summary>As the server has it.</summary>
    public RuleDraftInfo? Stored { get; private set; }

    /// <summary>What is wrong with it, by path; empty when nothing is.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; private set; } = new Dictionary<string, string[]>();

    /// <summary>What somebody has to decide; null when nothing is.</summary>
    public RuleMerge? Conflict { get; private set; }

    public ApiProblem? Problem { get; private set; }

    /// <summary>What others did that was brought in; null when nothing was.</summary>
    public string? News { get; private set; }

    public string? UndoName => history.UndoName;

    public string? RedoName => history.RedoName;

    public bool HasUnsaved => Stored is not null && !RuleText.Same(common, Document);

    public Rule? Find(string id) => Document.Rules.FirstOrDefault(rule => rule.Id == id);

    /// <summary>Reads the draft, and what this browser kept of changes that were never saved.</summary>
    public async Task LoadAsync()
    {
        ApiResult<RuleDraftInfo> answer = await client.DraftAsync();
        Problem = answer.Problem;
        if (!answer.Succeeded)
        {
            Changed?.Invoke();
            return;
        }

        bool first = Stored is null;
        if (!first && HasUnsaved)
        {
            Bring(answer.Value);
            return;
        }

        Adopt(answer.Value);
        if (first && await page.LoadAsync(BackupKey) is { } backup && RuleText.TryRead(backup, out RuleDocument kept) && !RuleText.Same(kept, Document))
        {
            history.Add(Document, "changes kept in this browser", joins: false);
            Document = kept;
            News = "Changes that this browser had kept are back. Undo takes them away.";
            ScheduleSave(Pause);
        }

        Changed?.Invoke();
    }

    /// <param name="what">What is changed, for undo: "priority of Sale".</param>
    public void Change(string what, Func<RuleDocument, RuleDocument> change)
    {
        RuleDocument next = change(Document);
        if (RuleText.Same(next, Document))
            return;

        DateTimeOffset now = clock.GetUtcNow();
        history.Add(Document, what, joins: now - lastChange < TimeSpan.FromSeconds(2));
        lastChange = now;
        Set(next);
    }

    /// <summary>Changes one rule; does nothing when it is gone.</summary>
    public void ChangeRule(string id, string what, Func<Rule, Rule> change)
        => Change(what, document => document with { Rules = [.. document.Rules.Select(rule => rule.Id == id ? change(rule) : rule)] });

    public void Undo()
    {
        if (history.Undo(Document) is { } before)
            Set(before);
    }

    public void Redo()
    {
        if (history.Redo(Document) is { } after)
            Set(after);
    }

    /// <summary>Looks whether somebody else changed the draft.</summary>
    public async Task LookAsync()
    {
        if (Stored is null || saving || Status is DraftStatus.Conflict)
            return;

        ApiResult<RuleDraftInfo> answer = await client.DraftAsync();
        if (answer.Succeeded && answer.Value.Revision != Stored.Revision && !saving)
            Bring(answer.Value);
        else if (answer.Succeeded && answer.Value.PublishedVersion != Stored.PublishedVersion)
        {
            Stored = Stored with { PublishedVersion = answer.Value.PublishedVersion };
            Changed?.Invoke();
        }
    }

    /// <summary>Saves now what is not saved yet.</summary>
    /// <returns>Whether everything is saved.</returns>
    public async Task<bool> SaveAsync()
    {
        timer?.Dispose();
        timer = null;
        if (Stored is null || Conflict is not null)
            return false;
        if (!HasUnsaved)
            return true;
        if (saving)
            return false;

        saving = true;
        RuleDocument sent = Document;
        Move(DraftStatus.Saving);
        ApiResult<RuleDraftInfo> answer = await client.SaveAsync(sent, Stored.Revision);
        saving = false;
        if (answer.Succeeded)
        {
            Stored = answer.Value;
            common = sent;
            Errors = new Dictionary<string, string[]>();
            Problem = null;
            if (HasUnsaved)
            {
                ScheduleSave(Pause);
                return false;
            }

            await page.StoreAsync(BackupKey, null);
            Move(DraftStatus.Saved);
            return true;
        }

        await page.StoreAsync(BackupKey, RuleText.Of(Document));
        switch (answer.Problem.Status)
        {
            case HttpStatusCode.PreconditionFailed:
                await LoadAsync();
                return false;
            case HttpStatusCode.BadRequest when answer.Problem.Errors.Count > 0:
                Errors = answer.Problem.Errors;
                Move(DraftStatus.Invalid);
                return false;
            default:
                Problem = answer.Problem;
                Move(DraftStatus.Offline);
                if (answer.Problem.CanRetry)
                    ScheduleSave(RetryPause);
                return false;
        }
    }

    /// <summary>Somebody has decided which changes stay.</summary>
    /// <param name="mine">Ids of the rules of which one's own is kept.</param>
    public void Decide(IReadOnlySet<string> mine)
    {
        if (Conflict is not { } merge)
            return;

        Conflict = null;
        Set(merge.Decide(mine));
    }

    public void DismissNews()
    {
        News = null;
        Changed?.Invoke();
    }

    public void Dispose() => timer?.Dispose();

    /// <summary>Brings a newer draft of the server together with what was changed here.</summary>
    private void Bring(RuleDraftInfo theirs)
    {
        if (!HasUnsaved)
        {
            history.Add(Document, $"changes by {theirs.ChangedBy}", joins: false);
            News = $"{theirs.ChangedBy} changed the draft: {RuleDiff.Summarize(RuleDiff.Between(common, theirs.Document))}.";
            Adopt(theirs);
            Changed?.Invoke();
            return;
        }

        RuleMerge merge = RuleMerge.Of(common, Document, theirs.Document);
        string summary = RuleDiff.Summarize(RuleDiff.Between(common, theirs.Document));
        (Stored, common) = (theirs, theirs.Document);
        if (merge.Conflicts.Count > 0)
        {
            Conflict = merge;
            Move(DraftStatus.Conflict);
            return;
        }

        history.Add(Document, $"changes by {theirs.ChangedBy}", joins: false);
        News = $"{theirs.ChangedBy} changed the draft too ({summary}); both changes are in.";
        Set(merge.Document);
    }

    private void Adopt(RuleDraftInfo draft)
    {
        (Stored, common, Document, Conflict) = (draft, draft.Document, draft.Document, null);
        Errors = new Dictionary<string, string[]>();
        Status = DraftStatus.Saved;
    }

    private void Set(RuleDocument document)
    {
        Document = document;
        Status = HasUnsaved ? DraftStatus.Changed : DraftStatus.Saved;
        ScheduleSave(Pause);
        Changed?.Invoke();
    }

    private void ScheduleSave(TimeSpan after)
    {
        timer?.Dispose();
        timer = clock.CreateTimer(_ => _ = SaveAsync(), null, after, Timeout.InfiniteTimeSpan);
    }

    private void Move(DraftStatus status)
    {
        Status = status;
        Changed?.Invoke();
    }
}
