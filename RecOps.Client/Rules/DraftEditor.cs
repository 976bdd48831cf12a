using System.Net;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Rules;

namespace RecOps.Client.Rules;

/// <summary>How the local draft relates to the one on the server.</summary>
internal enum DraftStatus
{
    Loading,
    Saved,

    /// <summary>Changed locally; about to be saved.</summary>
    Changed,
    Saving,

    /// <summary>It has errors: kept in this browser until they are fixed.</summary>
    Invalid,

    /// <summary>Someone else changed the same rules: the user has to decide.</summary>
    Conflict,

    /// <summary>The server could not be reached: kept in this browser, and retried.</summary>
    Offline,
}

/// <summary>
/// The draft being edited. Changes are saved automatically, shortly after the last one; what cannot be saved is kept in the
/// browser. Changes by others are merged rule by rule. The user is asked only where both changed the same rule.
/// </summary>
internal sealed class DraftEditor(RulesClient client, PageWatch page, TimeProvider clock) : IDisposable
{
    private const string BackupKey = "recops.rules.draft";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private readonly DraftHistory _history = new();
    private RuleDocument _common = RuleDocument.Empty;
    private ITimer? _timer;
    private DateTimeOffset _lastChange;
    private Task? _saving;
    private bool _held;
    private bool _keptHere;
    private int _brought;
    private SentOrder? _sentOrder;

    public event Action? Changed;

    public DraftStatus Status { get; private set; } = DraftStatus.Loading;

    /// <summary>The local version.</summary>
    public RuleDocument Document { get; private set; } = RuleDocument.Empty;

    /// <summary>The server's version.</summary>
    public RuleDraftInfo? Stored { get; private set; }

    /// <summary>Errors by path; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; private set; } = new Dictionary<string, string[]>();

    /// <summary>What the user has to decide; null when there is nothing.</summary>
    public RuleMerge? Conflict { get; private set; }

    public ApiProblem? Problem { get; private set; }

    /// <summary>What others changed that was merged in; null when there was nothing.</summary>
    public string? News { get; private set; }

    public string? UndoName => _history.UndoName;

    public string? RedoName => _history.RedoName;

    public bool HasUnsaved => Stored is not null && !RuleText.Same(_common, Document);

    public Rule? Find(string id) => Document.Rules.FirstOrDefault(rule => rule.Id == id);

    /// <summary>Reads the draft, and any unsaved changes that this browser kept.</summary>
    public async Task LoadAsync()
    {
        RuleDraftInfo? before = Stored;
        ApiResult<RuleDraftInfo> answer = await client.DraftAsync();

        // A save completed while this request was in flight, so its answer may be older.
        if (!ReferenceEquals(before, Stored))
            return;

        Problem = answer.Problem;
        if (!answer.Succeeded)
        {
            Changed?.Invoke();
            return;
        }

        bool first = before is null;
        if (before is not null && HasUnsaved)
        {
            if (answer.Value.Revision != before.Revision)
                Bring(answer.Value);
            return;
        }

        Adopt(answer.Value);
        if (first && await page.LoadAsync(BackupKey) is { } backup)
            await BringBackAsync(DraftBackup.Read(backup));
        Changed?.Invoke();
    }

    /// <param name="what">What is changed, for the undo button: "priority of Sale".</param>
    public void Change(string what, Func<RuleDocument, RuleDocument> change)
    {
        RuleDocument next = change(Document);
        if (RuleText.Same(next, Document))
            return;

        DateTimeOffset now = clock.GetUtcNow();
        _history.Add(Document, what, joins: now - _lastChange < TimeSpan.FromSeconds(2));
        _lastChange = now;
        Set(next);
    }

    /// <summary>Changes one rule; does nothing when it is gone.</summary>
    public void ChangeRule(string id, string what, Func<Rule, Rule> change) =>
        Change(what, document => document with { Rules = [.. document.Rules.Select(rule => rule.Id == id ? change(rule) : rule)] });

    public void Undo()
    {
        if (_history.Undo(Document) is { } before)
            Set(before);
    }

    public void Redo()
    {
        if (_history.Redo(Document) is { } after)
            Set(after);
    }

    /// <summary>Checks whether someone else changed the draft.</summary>
    public async Task LookAsync()
    {
        if (Stored is null || _saving is not null || _held || Status is DraftStatus.Conflict)
            return;

        // The user may save or publish while the answer is in flight; the answer is then out of date.
        ApiResult<RuleDraftInfo> answer = await client.DraftAsync();
        if (_saving is not null || _held || Stored is null)
            return;
        if (answer.Succeeded && answer.Value.Revision > Stored.Revision)
            Bring(answer.Value);
        else if (answer.Succeeded && answer.Value.PublishedVersion != Stored.PublishedVersion)
        {
            Stored = Stored with { PublishedVersion = answer.Value.PublishedVersion };
            Changed?.Invoke();
        }
    }

    /// <summary>Saves unsaved changes now, one save at a time.</summary>
    /// <returns>True when everything is saved.</returns>
    public async Task<bool> SaveAsync()
    {
        while (_saving is { } before)
            await before;

        StopTimer();
        if (Stored is null || Conflict is not null || _held)
            return false;
        if (HasUnsaved)
            return await SendAsync(Document) is not null && !HasUnsaved;

        await ForgetBackupAsync();
        return true;
    }

    /// <summary>
    /// Publishes the draft as it is now, and nothing else. What the user types from here on is saved afterwards; if others save
    /// meanwhile, the server refuses. A retry after a lost answer has the same id and is not carried out twice.
    /// </summary>
    public async Task<ApiResult<PublishResult>> PublishAsync(string note, DateTimeOffset? at)
    {
        RuleDocument seen = Document;
        int broughtBefore = _brought;
        while (_saving is { } before)
            await before;

        StopTimer();
        if (Stored is null || Conflict is not null || _held || _brought != broughtBefore)
            return NotSaved;

        _held = true;
        try
        {
            int? revision = RuleText.Same(_common, seen) ? Stored.Revision : await SendAsync(seen);
            if (revision is null)
                return NotSaved;

            if (_sentOrder is null || (_sentOrder.Revision, _sentOrder.Note, _sentOrder.At) != (revision.Value, note, at))
                _sentOrder = new(revision.Value, note, at, Guid.NewGuid().ToString("N"));
            ApiResult<PublishResult> answer = await client.PublishAsync(
                new PublishRequest
                {
                    Note = note,
                    At = at,
                    Revision = revision,
                    Id = _sentOrder.Id,
                }
            );
            if (answer.Succeeded)
                _sentOrder = null;
            return answer;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>
    /// Has the server replace this draft with another one. Unsaved changes are discarded and never saved.
    /// </summary>
    /// <param name="replace">Makes the call that replaces it.</param>
    public async Task<ApiResult<T>> ReplaceAsync<T>(Func<Task<ApiResult<T>>> replace)
        where T : class
    {
        while (_saving is { } before)
            await before;

        StopTimer();
        _held = true;
        try
        {
            ApiResult<T> answer = await replace();
            if (!answer.Succeeded)
                return answer;

            ApiResult<RuleDraftInfo> draft = await client.DraftAsync();
            await ForgetBackupAsync();
            if (draft.Succeeded)
            {
                _history.Add(Document, "restoring a version", joins: false);
                Adopt(draft.Value);
            }
            else
            {
                // The local draft no longer matches the server's: it is read again before anything is changed.
                (Stored, Problem, Status) = (null, draft.Problem, DraftStatus.Loading);
            }

            return answer;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Applies the user's decision on which changes stay.</summary>
    /// <param name="mine">Ids of the rules whose local version is kept.</param>
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

    public void Dispose() => _timer?.Dispose();

    /// <summary>Merges a newer draft from the server with the local changes.</summary>
    private void Bring(RuleDraftInfo theirs)
    {
        _brought++;
        if (!HasUnsaved)
        {
            _history.Add(Document, $"changes by {theirs.ChangedBy}", joins: false);
            News = $"{theirs.ChangedBy} changed the draft: {RuleDiff.Summarize(RuleDiff.Between(_common, theirs.Document))}.";
            Adopt(theirs);
            Changed?.Invoke();
            return;
        }

        RuleMerge merge = RuleMerge.Of(_common, Document, theirs.Document);
        string summary = RuleDiff.Summarize(RuleDiff.Between(_common, theirs.Document));
        (Stored, _common) = (theirs, theirs.Document);
        if (merge.Conflicts.Count > 0)
        {
            Conflict = merge;
            Move(DraftStatus.Conflict);
            return;
        }

        _history.Add(Document, $"changes by {theirs.ChangedBy}", joins: false);
        News = $"{theirs.ChangedBy} changed the draft too ({summary}); both sets of changes are merged.";
        Set(merge.Document);
    }

    private void Adopt(RuleDraftInfo draft)
    {
        (Stored, _common, Document, Conflict) = (draft, draft.Document, draft.Document, null);
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

    /// <summary>Saves a document in place of the last saved one.</summary>
    /// <returns>Its revision; null when it could not be saved.</returns>
    private async Task<int?> SendAsync(RuleDocument sent)
    {
        TaskCompletionSource over = new();
        _saving = over.Task;
        try
        {
            Move(DraftStatus.Saving);
            ApiResult<RuleDraftInfo> answer = await client.SaveAsync(sent, Stored!.Revision);
            if (!answer.Succeeded)
            {
                await RefusedAsync(answer.Problem);
                return null;
            }

            (Stored, _common, Problem) = (answer.Value, sent, null);
            Errors = new Dictionary<string, string[]>();
            if (HasUnsaved)
            {
                Move(DraftStatus.Changed);
                ScheduleSave(Pause);
            }
            else
            {
                Move(DraftStatus.Saved);
                await ForgetBackupAsync();
            }

            return answer.Value.Revision;
        }
        finally
        {
            _saving = null;
            over.SetResult();
        }
    }

    private async Task RefusedAsync(ApiProblem problem)
    {
        _keptHere = true;
        await page.StoreAsync(BackupKey, DraftBackup.Of(_common, Document));
        switch (problem.Status)
        {
            case HttpStatusCode.PreconditionFailed:
                await LoadAsync();
                break;
            case HttpStatusCode.BadRequest when problem.Errors.Count > 0:
                Errors = problem.Errors;
                Move(DraftStatus.Invalid);
                break;
            default:
                Problem = problem;
                Move(DraftStatus.Offline);
                if (problem.CanRetry)
                    ScheduleSave(RetryPause);
                break;
        }
    }

    /// <summary>
    /// Restores what this browser kept. It may be based on an older draft: what others changed since stays.
    /// </summary>
    private async Task BringBackAsync(DraftBackup? backup)
    {
        _keptHere = true;
        if (backup is null || RuleText.Same(backup.Document, backup.Common) || RuleText.Same(backup.Document, Document))
        {
            await ForgetBackupAsync();
            return;
        }

        RuleDraftInfo theirs = Stored!;
        RuleMerge merge = RuleMerge.Of(backup.Common, backup.Document, theirs.Document);
        if (merge.Conflicts.Count > 0)
        {
            (Document, Conflict, Status) = (backup.Document, merge, DraftStatus.Conflict);
            return;
        }

        _history.Add(Document, "changes kept in this browser", joins: false);
        News = "Changes kept in this browser have been restored. Undo removes them.";
        Set(merge.Document);
    }

    /// <summary>
    /// Everything is saved: a backup left behind would be restored on a later visit, over what was published since.
    /// </summary>
    private async Task ForgetBackupAsync()
    {
        if (!_keptHere)
            return;

        _keptHere = false;
        await page.StoreAsync(BackupKey, null);
    }

    private void Release()
    {
        _held = false;
        if (Stored is not null && HasUnsaved && Conflict is null)
            ScheduleSave(Pause);
        Changed?.Invoke();
    }

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private void ScheduleSave(TimeSpan after)
    {
        StopTimer();
        _timer = clock.CreateTimer(_ => _ = SaveAsync(), null, after, Timeout.InfiniteTimeSpan);
    }

    private void Move(DraftStatus status)
    {
        Status = status;
        Changed?.Invoke();
    }

    private static ApiProblem NotSaved { get; } =
        new(
            null,
            "The draft is not saved",
            "Fix the marked errors or resolve the conflicts. Then review the draft and publish it.",
            new Dictionary<string, string[]>()
        );

    /// <summary>What was sent to be published, until the outcome is known.</summary>
    private sealed record SentOrder(int Revision, string Note, DateTimeOffset? At, string Id);
}
