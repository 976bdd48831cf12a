using System.Text.Json;
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
    RecOpsDatabase database, RuleStore store, RuleChecks checks, ChangeFeed changes, ActiveRules active, KillSwitch killSwitch, ReplicaList replicas,
    AuditLog audit, IOptions<RulesOptions> options, TimeProvider time)
{
    private const int MostTrouble = 2000;

    public bool NeedsApproval => options.Value.RequireApproval;

    /// <summary>
    /// Publishes at once, or as soon as its time has come and somebody has approved it. Whoever sends the same again, because the answer to
    /// the first was lost, gets what came of the first.
    /// </summary>
    public async Task<PublishResult> PublishAsync(PublicationOrder order)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await FindMadeAsync(order) is { } made) return made;
            PublishResult result = await AddAsync(order);
            try
            {
                if (result.Version is null) await database.SaveChangesAsync();
                else await changes.SaveAsync(database, Epoch.Rules);
                return result;
            }
            catch (DbUpdateException error) when (attempt < RuleStore.MostAttempts && DatabaseFailure.IsCollision(error))
            {
                // The version's number is taken, the draft that is reset was saved, or the same was sent twice at once.
                await store.StepBackAsync(attempt);
            }
        }
    }

    /// <summary>What came of the same order before; null when it was never received.</summary>
    /// <param name="id">That its sender gave it.</param>
    public async Task<PublishResult?> FindMadeAsync(string id, string by, string note) =>
        await database.Publications.AsNoTracking().FirstOrDefaultAsync(publication => publication.Id == id && publication.AskedBy == by && publication.Note == note) is { } row
            ? ResultOf(row)
            : null;

    /// <summary>Whether another publication has the id.</summary>
    public Task<bool> IsTakenAsync(string id, string by, string note) =>
        database.Publications.AnyAsync(publication => publication.Id == id && (publication.AskedBy != by || publication.Note != note));

    public Task<Publication?> FindAsync(string id) => database.Publications.FirstOrDefaultAsync(publication => publication.Id == id);

    public static PublicationInfo Describe(Publication row) => new(
        row.Id, row.Note, row.AskedBy, row.AskedAt, row.PublishAt, row.State, row.BasedOn, ActiveRules.Read(row.Json).Rules.Length, row.DecidedBy,
        row.DecidedAt, row.Version, row.Trouble);

    /// <summary>How things stand; without its database, as far as this server knows by itself.</summary>
    public async Task<RulesState> StateAsync()
    {
        SwitchTurn? unsaved = killSwitch.Unsaved;
        ServedRules served = active.Current;
        int version = served.IsOff ? 0 : served.Version;
        try
        {
            RuleSwitch? row = await database.RuleSwitches.AsNoTracking().FirstOrDefaultAsync(only => only.Id == RuleSwitch.OnlyId);
            return new RulesState(
                version, unsaved?.IsOff ?? row?.IsOff ?? false, unsaved?.By ?? row?.ChangedBy, unsaved?.At ?? row?.ChangedAt, unsaved is not null, NeedsApproval,
                await ListAsync(), await replicas.ListAsync(), null);
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            return new RulesState(
                version, served.IsOff, unsaved?.By, unsaved?.At, unsaved is not null, NeedsApproval, [], [],
                $"The database cannot be read ({DatabaseFailure.ReasonOf(error)}): what waits to be published and what other servers do is not known.");
        }
    }

    /// <summary>Somebody else says yes: it is published, now or when its time comes.</summary>
    /// <returns>As it is now; null when somebody decided otherwise meanwhile.</returns>
    public async Task<Publication?> ApproveAsync(Publication publication, string by)
    {
        bool isDue = publication.PublishAt is null || publication.PublishAt <= time.GetUtcNow();
        if (isDue) return await TryPublishAsync(publication, by);
        (publication.State, publication.DecidedBy, publication.DecidedAt) = (PublicationState.Scheduled, by, time.GetUtcNow());
        audit.Add(AuditAction.PublicationApproved, publication.Note);
        return await TrySaveAsync() ? publication : null;
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
            try
            {
                checks.Check(ActiveRules.Read(publication.Json), wrong);
            }
            catch (JsonException error)
            {
                // It must not hold up those that are due after it.
                wrong.Add(new RuleError("$", $"It cannot be read: {error.Message}"));
            }

            if (wrong.Count == 0) await TryPublishAsync(publication, approvedBy: null);
            else await FailAsync(publication, wrong);
        }
    }

    /// <summary>Makes a version of it, in one step with saying so: a server that dies in between leaves it to the next.</summary>
    /// <param name="publication">Waiting or scheduled.</param>
    /// <param name="approvedBy">Null when nobody has to, or somebody has before.</param>
    /// <returns>As it is now; null when somebody decided otherwise meanwhile.</returns>
    private async Task<Publication?> TryPublishAsync(Publication publication, string? approvedBy)
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
                return publication;
            }
            catch (DbUpdateException error) when (attempt < RuleStore.MostAttempts && DatabaseFailure.IsCollision(error))
            {
                // Somebody decided about it, or the version's number is taken.
                await store.StepBackAsync(attempt);
                if (await FindAsync(publication.Id) is not { } again || again.State != was) return null;
                publication = again;
            }
        }
    }

    private static PublishResult ResultOf(Publication row) => new(row.State, row.Version, row.State == PublicationState.Published && row.PublishAt is null && row.DecidedBy is null ? null : row.Id);

    /// <summary>What came of the same order before: by the id that its sender gave it, else by what it says.</summary>
    private async Task<PublishResult?> FindMadeAsync(PublicationOrder order)
    {
        if (order.Id is not null) return await FindMadeAsync(order.Id, order.By, order.Note);
        string json = RuleJson.Of(order.Document);
        long? at = order.At?.ToUnixTimeMilliseconds();
        Publication[] open = await database.Publications.AsNoTracking()
            .Where(publication => (publication.State == PublicationState.Waiting || publication.State == PublicationState.Scheduled)
                && publication.AskedBy == order.By && publication.Note == order.Note).ToArrayAsync();
        if (Array.Find(open, publication => publication.Json == json && publication.PublishAt?.ToUnixTimeMilliseconds() == at) is { } waiting) return ResultOf(waiting);
        if (!IsAtOnce(order)) return null;
        PublishedRules? newest = await database.PublishedRules.AsNoTracking().OrderByDescending(rules => rules.Version).FirstOrDefaultAsync();
        return newest is not null && newest.PublishedBy == order.By && newest.Note == order.Note && newest.RestoredFrom == order.RestoredFrom && newest.Json == json
            ? new PublishResult(PublicationState.Published, newest.Version, null)
            : null;
    }

    private bool IsAtOnce(PublicationOrder order) => !NeedsApproval && (order.At is null || order.At <= time.GetUtcNow());

    /// <summary>Adds the version, or what waits to become one; an order that has an id is remembered by it.</summary>
    private async Task<PublishResult> AddAsync(PublicationOrder order)
    {
        if (order.ResetsDraft) await store.ChangeDraftAsync(order.Document, revision: null, order.By);
        bool atOnce = IsAtOnce(order);
        PublishedRules? version = atOnce ? await store.AddVersionAsync(order.Document, order.Note, order.By, approvedBy: null, order.RestoredFrom) : null;
        string id = order.Id ?? Guid.NewGuid().ToString("N");
        string state = atOnce ? PublicationState.Published : NeedsApproval ? PublicationState.Waiting : PublicationState.Scheduled;
        if (atOnce && order.Id is null) return new PublishResult(state, version!.Version, null);
        var publication = new Publication
        {
            Id = id,
            Json = RuleJson.Of(order.Document),
            Note = order.Note,
            BasedOn = version is null ? await store.PublishedVersionAsync() : version.Version - 1,
            AskedAt = time.GetUtcNow(),
            AskedBy = order.By,
            PublishAt = atOnce ? null : order.At?.ToUniversalTime(),
            State = state,
            Version = version?.Version,
        };
        database.Publications.Add(publication);
        if (!atOnce) audit.Add(AuditAction.PublicationAsked, order.Note, null, publication.Json);
        return ResultOf(publication);
    }

    /// <summary>What is open, then the last that ended. What was published at once is among the versions.</summary>
    private async Task<PublicationInfo[]> ListAsync()
    {
        const int ended = 10;
        Publication[] pending = await database.Publications.AsNoTracking()
            .Where(publication => PublicationState.Open.Contains(publication.State))
            .OrderBy(publication => publication.AskedAt).ToArrayAsync();
        Publication[] past = await database.Publications.AsNoTracking()
            .Where(publication => !PublicationState.Open.Contains(publication.State)
                && (publication.State != PublicationState.Published || publication.PublishAt != null || publication.DecidedBy != null))
            .OrderByDescending(publication => publication.DecidedAt).Take(ended).ToArrayAsync();
        return [.. pending.Concat(past).Select(Describe)];
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
