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

    public string? UndoName => _history.UndoName;

    public string? RedoName => _history.RedoName;

    public bool HasUnsaved => Stored is not null && !RuleText.Same(_common, Document);

    public Rule? Find(string id) => Document.Rules.FirstOrDefault(rule => rule.Id == id);

    /// <summary>Reads the draft, and what this browser kept of changes that were never saved.</summary>
    public async Task LoadAsync()
    {
        RuleDraftInfo? before = Stored;
        ApiResult<RuleDraftInfo> answer = await client.DraftAsync();

        // A save was answered while this one was on its way, and it may be older.
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

    /// <param name="what">What is changed, for undo: "priority of Sale".</param>
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

    /// <summary>Looks whether somebody else changed the draft.</summary>
    public async Task LookAsync()
    {
        if (Stored is null || _saving is not null || _held || Status is DraftStatus.Conflict)
            return;

        // Somebody may save or publish while the answer is on its way; it is an old one then.
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

    /// <summary>Saves now what is not saved yet; one after the other.</summary>
    /// <returns>Whether everything is saved.</returns>
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
    /// Publishes the draft as it is now, and nothing else: what somebody types from here on is saved afterwards, and what others save
    /// meanwhile has the server refuse. Sent again after a lost answer it is the same order, which is not carried out twice.
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
    /// Has the server put another draft in place of this one. What is not saved here is gone with it, and nothing saves it after all.
    /// </summary>
    /// <param name="replace">Asks the server to.</param>
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
                // What is here is no draft of the server's any more: it is read anew before anything is changed.
                (Stored, Problem, Status) = (null, draft.Problem, DraftStatus.Loading);
            }

            return answer;
        }
        finally
        {
            Release();
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

    public void Dispose() => _timer?.Dispose();

    /// <summary>Brings a newer draft of the server together with what was changed here.</summary>
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
        News = $"{theirs.ChangedBy} changed the draft too ({summary}); both changes are in.";
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

    /// <summary>Saves a document in place of the last one that was saved.</summary>
    /// <returns>Its revision; null when it could not be saved as it is.</returns>
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
    /// Brings back what this browser kept. It was changed from a draft that need not be the newest: what others did since stays.
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
        News = "Changes that this browser had kept are back. Undo takes them away.";
        Set(merge.Document);
    }

    /// <summary>
    /// Everything is saved: what was kept in case it is not would come back on a later visit, over what was published since.
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
            "Put right what is marked, or decide what is open; look at what is in it now, and publish then.",
            new Dictionary<string, string[]>()
        );

    /// <summary>What was sent to be published, until it is known what came of it.</summary>
    private sealed record SentOrder(int Revision, string Note, DateTimeOffset? At, string Id);
}
