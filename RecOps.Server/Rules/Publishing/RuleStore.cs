using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Replication;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Draft, versions and everything that leads from one to the other. Documents that come here are valid.</summary>
internal sealed class RuleStore(
    RecOpsDatabase database, ChangeFeed changes, ActiveRules active, AuditLog audit, IOptions<RulesOptions> options, TimeProvider time)
{
    /// <summary>Somebody else published at the same moment: the next version's number is taken.</summary>
    private const int MostAttempts = 5;

    public bool NeedsApproval => options.Value.RequireApproval;

    public async Task<RuleDraftInfo> DraftAsync()
    {
        int published = await PublishedVersionAsync();
        RuleDraft? draft = await database.RuleDrafts.AsNoTracking().FirstOrDefaultAsync(only => only.Id == RuleDraft.OnlyId);
        return draft is null
            ? new RuleDraftInfo(RuleDocument.Empty, 0, "", null, published)
            : new RuleDraftInfo(ActiveRules.Read(draft.Json), draft.Revision, draft.ChangedBy, draft.ChangedAt, published);
    }

    /// <param name="revision">That it was changed from; null to overwrite whatever is there.</param>
    /// <returns>Null when the draft is of another revision by now.</returns>
    public async Task<RuleDraftInfo?> SaveDraftAsync(RuleDocument document, int? revision, string by)
    {
        RuleDraft? draft = await database.RuleDrafts.FirstOrDefaultAsync(only => only.Id == RuleDraft.OnlyId);
        if (revision is { } wanted && (draft?.Revision ?? 0) != wanted) return null;
        RuleDocument before = draft is null ? RuleDocument.Empty : ActiveRules.Read(draft.Json);
        if (draft is null) database.RuleDrafts.Add(draft = new RuleDraft { Json = "", ChangedBy = by });
        (draft.Json, draft.ChangedBy, draft.ChangedAt) = (RuleJson.Of(document), by, time.GetUtcNow());
        draft.Revision++;
        audit.Add(
            AuditAction.DraftSaved, $"draft {draft.Revision}", RuleJson.Of(RuleChanges.Differing(before, document)),
            RuleJson.Of(RuleChanges.Differing(document, before)));
        try
        {
            await database.SaveChangesAsync();
        }
        catch (DbUpdateException)
        {
            // Another server saved between the look and the save.
            return null;
        }

        return new RuleDraftInfo(document, draft.Revision, by, draft.ChangedAt, await PublishedVersionAsync());
    }

    public async Task<RuleVersionInfo[]> VersionsAsync()
    {
        PublishedRules[] all = await database.PublishedRules.AsNoTracking().OrderBy(rules => rules.Version).ToArrayAsync();
        var infos = new RuleVersionInfo[all.Length];
        RuleDocument before = RuleDocument.Empty;
        for (int i = 0; i < all.Length; i++)
        {
            RuleDocument document = ActiveRules.Read(all[i].Json);
            infos[all.Length - 1 - i] = Describe(all[i], document, before);
            before = document;
        }

        return infos;
    }

    /// <returns>Null when there is none.</returns>
    public async Task<RuleVersionDetails?> VersionAsync(int version)
    {
        if (await database.PublishedRules.AsNoTracking().FirstOrDefaultAsync(rules => rules.Version == version) is not { } row) return null;
        PublishedRules? previous = await database.PublishedRules.AsNoTracking().FirstOrDefaultAsync(rules => rules.Version == version - 1);
        RuleDocument document = ActiveRules.Read(row.Json);
        return new RuleVersionDetails(Describe(row, document, previous is null ? RuleDocument.Empty : ActiveRules.Read(previous.Json)), document);
    }

    /// <summary>Publishes at once, or as soon as its time has come and somebody has approved it.</summary>
    public async Task<PublishResult> PublishAsync(RuleDocument document, string note, DateTimeOffset? at, string by)
    {
        if (!NeedsApproval && (at is null || at <= time.GetUtcNow()))
            return new PublishResult(PublicationState.Published, await PublishNowAsync(document, note, by, approvedBy: null), null);
        var publication = new Publication
        {
            Id = Guid.NewGuid().ToString("N"),
            Json = RuleJson.Of(document),
            Note = note,
            BasedOn = await PublishedVersionAsync(),
            AskedAt = time.GetUtcNow(),
            AskedBy = by,
            PublishAt = at,
            State = NeedsApproval ? PublicationState.Waiting : PublicationState.Scheduled,
        };
        database.Publications.Add(publication);
        audit.Add(AuditAction.PublicationAsked, note, null, publication.Json);
        await database.SaveChangesAsync();
        return new PublishResult(publication.State, null, publication.Id);
    }

    /// <returns>The version's number.</returns>
    public async Task<int> PublishNowAsync(RuleDocument document, string note, string by, string? approvedBy, int? restoredFrom = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            PublishedRules? last = await database.PublishedRules.AsNoTracking().OrderByDescending(rules => rules.Version).FirstOrDefaultAsync();
            var row = new PublishedRules
            {
                Version = (last?.Version ?? 0) + 1,
                Json = RuleJson.Of(document),
                Note = note,
                PublishedAt = time.GetUtcNow(),
                PublishedBy = by,
                ApprovedBy = approvedBy,
                RestoredFrom = restoredFrom,
            };
            RuleDocument before = last is null ? RuleDocument.Empty : ActiveRules.Read(last.Json);
            database.PublishedRules.Add(row);
            audit.Add(
                restoredFrom is null ? AuditAction.RulesPublished : AuditAction.RulesRestored, $"version {row.Version}: {note}",
                RuleJson.Of(RuleChanges.Differing(before, document)), RuleJson.Of(RuleChanges.Differing(document, before)), by);
            try
            {
                await changes.SaveAsync(database, Epoch.Rules);
                return row.Version;
            }
            catch (DbUpdateException) when (attempt < MostAttempts)
            {
                database.ChangeTracker.Clear();
            }
        }
    }

    public async Task<RuleSwitch> SwitchAsync(bool isOff, string by)
    {
        RuleSwitch? row = await database.RuleSwitches.FirstOrDefaultAsync(only => only.Id == RuleSwitch.OnlyId);
        if (row is null) database.RuleSwitches.Add(row = new RuleSwitch { ChangedBy = by });
        audit.Add(AuditAction.KillSwitch, isOff ? "rules off" : "rules on", row.IsOff ? "off" : "on", isOff ? "off" : "on");
        (row.IsOff, row.ChangedBy, row.ChangedAt) = (isOff, by, time.GetUtcNow());
        await changes.SaveAsync(database, Epoch.Rules);
        return row;
    }

    public async Task<RulesState> StateAsync(ReplicaInfo[] replicas)
    {
        const int ended = 10;
        RuleSwitch? row = await database.RuleSwitches.AsNoTracking().FirstOrDefaultAsync(only => only.Id == RuleSwitch.OnlyId);
        Publication[] pending = await database.Publications.AsNoTracking()
            .Where(publication => publication.State == PublicationState.Waiting || publication.State == PublicationState.Scheduled)
            .OrderBy(publication => publication.AskedAt).ToArrayAsync();
        Publication[] past = await database.Publications.AsNoTracking()
            .Where(publication => publication.State != PublicationState.Waiting && publication.State != PublicationState.Scheduled)
            .OrderByDescending(publication => publication.DecidedAt).Take(ended).ToArrayAsync();
        return new RulesState(
            active.Current.IsOff ? 0 : active.Current.Version, row?.IsOff ?? false, row?.ChangedBy, row?.ChangedAt, NeedsApproval,
            [.. pending.Concat(past).Select(Describe)], replicas);
    }

    public Task<Publication?> PublicationAsync(string id) => database.Publications.FirstOrDefaultAsync(publication => publication.Id == id);

    public static PublicationInfo Describe(Publication row) => new(
        row.Id, row.Note, row.AskedBy, row.AskedAt, row.PublishAt, row.State, row.BasedOn, ActiveRules.Read(row.Json).Rules.Length, row.DecidedBy,
        row.DecidedAt, row.Version, row.Trouble);

    /// <summary>Somebody else says yes: it is published, now or when its time comes.</summary>
    /// <returns>False when somebody decided otherwise meanwhile.</returns>
    public async Task<bool> ApproveAsync(Publication publication, string by)
    {
        bool isDue = publication.PublishAt is null || publication.PublishAt <= time.GetUtcNow();
        (publication.DecidedBy, publication.DecidedAt) = (by, time.GetUtcNow());
        publication.State = isDue ? PublicationState.Published : PublicationState.Scheduled;
        audit.Add(AuditAction.PublicationApproved, publication.Note);
        return await TrySaveAsync() && (!isDue || await PublishDueAsync(publication));
    }

    /// <returns>False when somebody decided otherwise meanwhile.</returns>
    public async Task<bool> EndAsync(Publication publication, string by)
    {
        bool declines = publication.State == PublicationState.Waiting && publication.AskedBy != by;
        (publication.DecidedBy, publication.DecidedAt) = (by, time.GetUtcNow());
        publication.State = declines ? PublicationState.Declined : PublicationState.Cancelled;
        audit.Add(declines ? AuditAction.PublicationDeclined : AuditAction.PublicationCancelled, publication.Note);
        return await TrySaveAsync();
    }

    /// <summary>Publishes what has been scheduled up to now. Of several servers one gets each.</summary>
    public async Task PublishDueAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        Publication[] due = await database.Publications
            .Where(publication => publication.State == PublicationState.Scheduled && publication.PublishAt <= now)
            .OrderBy(publication => publication.PublishAt).ToArrayAsync();
        foreach (Publication publication in due)
        {
            publication.State = PublicationState.Published;
            if (await TrySaveAsync()) await PublishDueAsync(publication);
        }
    }

    private async Task<bool> PublishDueAsync(Publication publication)
    {
        publication.Version = await PublishNowAsync(ActiveRules.Read(publication.Json), publication.Note, publication.AskedBy, publication.DecidedBy);

        // A collision may have let go of the row.
        string id = publication.Id;
        int? version = publication.Version;
        await database.Publications.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, version));
        return true;
    }

    private async Task<bool> TrySaveAsync()
    {
        try
        {
            await database.SaveChangesAsync();
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            database.ChangeTracker.Clear();
            return false;
        }
    }

    private async Task<int> PublishedVersionAsync() => await database.PublishedRules.MaxAsync(rules => (int?)rules.Version) ?? 0;

    private static RuleVersionInfo Describe(PublishedRules row, RuleDocument document, RuleDocument before)
    {
        RuleChanges changed = RuleChanges.Between(before, document);
        return new RuleVersionInfo(
            row.Version, row.PublishedAt, row.PublishedBy, row.ApprovedBy, row.Note, row.RestoredFrom, document.Rules.Length, changed.Added, changed.Changed,
            changed.Removed);
    }
}
