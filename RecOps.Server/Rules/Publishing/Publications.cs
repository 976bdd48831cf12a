using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Replication;
using RecOps.Server.Rules.Validation;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Rules on their way from a draft to a version: at once, at a time, or once somebody else has approved them.</summary>
internal sealed class Publications(
    RecOpsDatabase database, RuleStore store, RuleChecks checks, ChangeFeed changes, ActiveRules active, AuditLog audit, IOptions<RulesOptions> options,
    TimeProvider time)
{
    private const int MostTrouble = 2000;

    public bool NeedsApproval => options.Value.RequireApproval;

    /// <summary>Publishes at once, or as soon as its time has come and somebody has approved it.</summary>
    public async Task<PublishResult> PublishAsync(RuleDocument document, string note, DateTimeOffset? at, string by, int? restoredFrom = null)
    {
        if (!NeedsApproval && (at is null || at <= time.GetUtcNow()))
            return new PublishResult(PublicationState.Published, await store.PublishAsync(document, note, by, restoredFrom), null);
        var publication = new Publication
        {
            Id = Guid.NewGuid().ToString("N"),
            Json = RuleJson.Of(document),
            Note = note,
            BasedOn = await store.PublishedVersionAsync(),
            AskedAt = time.GetUtcNow(),
            AskedBy = by,
            PublishAt = at?.ToUniversalTime(),
            State = NeedsApproval ? PublicationState.Waiting : PublicationState.Scheduled,
        };
        database.Publications.Add(publication);
        audit.Add(AuditAction.PublicationAsked, note, null, publication.Json);
        await database.SaveChangesAsync();
        return new PublishResult(publication.State, null, publication.Id);
    }

    public Task<Publication?> FindAsync(string id) => database.Publications.FirstOrDefaultAsync(publication => publication.Id == id);

    public static PublicationInfo Describe(Publication row) => new(
        row.Id, row.Note, row.AskedBy, row.AskedAt, row.PublishAt, row.State, row.BasedOn, ActiveRules.Read(row.Json).Rules.Length, row.DecidedBy,
        row.DecidedAt, row.Version, row.Trouble);

    public async Task<RulesState> StateAsync(ReplicaInfo[] replicas)
    {
        const int ended = 10;
        RuleSwitch? row = await database.RuleSwitches.AsNoTracking().FirstOrDefaultAsync(only => only.Id == RuleSwitch.OnlyId);
        Publication[] pending = await database.Publications.AsNoTracking()
            .Where(publication => PublicationState.Open.Contains(publication.State))
            .OrderBy(publication => publication.AskedAt).ToArrayAsync();
        Publication[] past = await database.Publications.AsNoTracking()
            .Where(publication => !PublicationState.Open.Contains(publication.State))
            .OrderByDescending(publication => publication.DecidedAt).Take(ended).ToArrayAsync();
        return new RulesState(
            active.Current.IsOff ? 0 : active.Current.Version, row?.IsOff ?? false, row?.ChangedBy, row?.ChangedAt, NeedsApproval,
            [.. pending.Concat(past).Select(Describe)], replicas);
    }

    /// <summary>Somebody else says yes: it is published, now or when its time comes.</summary>
    /// <returns>False when somebody decided otherwise meanwhile.</returns>
    public async Task<bool> ApproveAsync(Publication publication, string by)
    {
        bool isDue = publication.PublishAt is null || publication.PublishAt <= time.GetUtcNow();
        if (isDue) return await TryPublishAsync(publication, by);
        (publication.State, publication.DecidedBy, publication.DecidedAt) = (PublicationState.Scheduled, by, time.GetUtcNow());
        audit.Add(AuditAction.PublicationApproved, publication.Note);
        return await TrySaveAsync();
    }

    /// <summary>It is not to be published, or not to be looked at any more where it failed.</summary>
    /// <returns>False when somebody decided otherwise meanwhile.</returns>
    public async Task<bool> EndAsync(Publication publication, string by)
    {
        bool declines = publication.State == PublicationState.Waiting && publication.AskedBy != by;
        (publication.DecidedBy, publication.DecidedAt) = (by, time.GetUtcNow());
        publication.State = declines ? PublicationState.Declined : PublicationState.Cancelled;
        audit.Add(declines ? AuditAction.PublicationDeclined : AuditAction.PublicationCancelled, publication.Note);
        return await TrySaveAsync();
    }

    /// <summary>
    /// Publishes what has been scheduled up to now. Of several servers one gets each. What is not valid any more, since placements are a
    /// setting, fails and says why: what is served stays.
    /// </summary>
    public async Task PublishDueAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        string[] due = await database.Publications.AsNoTracking()
            .Where(publication => publication.State == PublicationState.Scheduled && publication.PublishAt <= now)
            .OrderBy(publication => publication.PublishAt).Select(publication => publication.Id).ToArrayAsync();
        foreach (string id in due)
        {
            if (await FindAsync(id) is not { State: PublicationState.Scheduled } publication) continue;
            var wrong = new List<RuleError>();
            checks.Check(ActiveRules.Read(publication.Json), wrong);
            if (wrong.Count == 0) await TryPublishAsync(publication, approvedBy: null);
            else await FailAsync(publication, wrong);
        }
    }

    /// <summary>Makes a version of it, in one step with saying so: a server that dies in between leaves it to the next.</summary>
    /// <param name="publication">Waiting or scheduled.</param>
    /// <param name="approvedBy">Null when nobody has to, or somebody has before.</param>
    /// <returns>False when somebody decided otherwise meanwhile.</returns>
    private async Task<bool> TryPublishAsync(Publication publication, string? approvedBy)
    {
        string was = publication.State;
        for (int attempt = 1; ; attempt++)
        {
            PublishedRules row = await store.AddVersionAsync(
                ActiveRules.Read(publication.Json), publication.Note, publication.AskedBy, approvedBy ?? publication.DecidedBy);
            if (approvedBy is not null)
            {
                (publication.DecidedBy, publication.DecidedAt) = (approvedBy, time.GetUtcNow());
                audit.Add(AuditAction.PublicationApproved, publication.Note);
            }

            (publication.State, publication.Version) = (PublicationState.Published, row.Version);
            try
            {
                await changes.SaveAsync(database, Epoch.Rules);
                return true;
            }
            catch (DbUpdateException) when (attempt < RuleStore.MostAttempts)
            {
                // Somebody decided about it, or the version's number is taken.
                await store.StepBackAsync(attempt);
                if (await FindAsync(publication.Id) is not { } again || again.State != was) return false;
                publication = again;
            }
        }
    }

    private async Task FailAsync(Publication publication, List<RuleError> wrong)
    {
        string trouble = string.Join(' ', wrong.Select(error => $"{error.Path}: {error.Message}"));
        publication.State = PublicationState.Failed;
        publication.DecidedAt = time.GetUtcNow();
        publication.Trouble = trouble.Length > MostTrouble ? trouble[..MostTrouble] : trouble;
        audit.Add(AuditAction.PublicationFailed, publication.Note, null, publication.Json);
        await TrySaveAsync();
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
}
