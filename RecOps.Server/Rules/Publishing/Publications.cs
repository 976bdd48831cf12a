using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Replication;
using RecOps.Server.Rules.Validation;
using RecOps.Server.Security.Audit;
using RecOps.Server.Storage;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Takes rules from draft to version: at once, at a time, or once a second person has approved them.</summary>
internal sealed class Publications(
    RecOpsDatabase database,
    ExclusiveChanges exclusive,
    RuleStore store,
    RuleChecks checks,
    ChangeFeed changes,
    ActiveRules active,
    KillSwitch killSwitch,
    ReplicaList replicas,
    AuditLog audit,
    IOptions<RulesOptions> options,
    TimeProvider time
)
{
    private const int MostTrouble = 2000;

    public bool NeedsApproval => options.Value.RequireApproval;

    /// <summary>
    /// Publishes at once, or as soon as the time has come and someone has approved it. Idempotent: a resent request, after its answer was
    /// lost, gets the outcome of the first.
    /// </summary>
    public async Task<PublishResult> PublishAsync(PublicationOrder order)
    {
        PublishResult result = await exclusive.RunAsync(Epoch.Rules, async () => await FindMadeAsync(order) ?? await AddAsync(order));
        await changes.CommittedAsync(database, Epoch.Rules);
        return result;
    }

    /// <summary>Outcome of an earlier request with the same id; null when there was none.</summary>
    /// <param name="id">Chosen by the sender.</param>
    public async Task<PublishResult?> FindMadeAsync(string id, string by, string note) =>
        await database
            .Publications.AsNoTracking()
            .FirstOrDefaultAsync(publication => publication.Id == id && publication.AskedBy == by && publication.Note == note)
            is { } row
            ? ResultOf(row)
            : null;

    /// <summary>Whether another publication already has the id.</summary>
    public Task<bool> IsTakenAsync(string id, string by, string note) =>
        database.Publications.AnyAsync(publication => publication.Id == id && (publication.AskedBy != by || publication.Note != note));

    public Task<Publication?> FindAsync(string id) => database.Publications.FirstOrDefaultAsync(publication => publication.Id == id);

    public static PublicationInfo Describe(Publication row) =>
        new(
            row.Id,
            row.Note,
            row.AskedBy,
            row.AskedAt,
            row.PublishAt,
            row.State,
            row.BasedOn,
            ActiveRules.Read(row.Json).Rules.Length,
            row.DecidedBy,
            row.DecidedAt,
            row.Version,
            row.Trouble
        );

    /// <summary>The current state; without the database, as far as this server knows it.</summary>
    public async Task<RulesState> StateAsync()
    {
        SwitchChange? unsaved = killSwitch.Unsaved;
        ServedRules served = active.Current;
        int version = served.IsOff ? 0 : served.Version;
        try
        {
            RuleSwitch? row = await database.RuleSwitches.AsNoTracking().FirstOrDefaultAsync(only => only.Id == RuleSwitch.OnlyId);
            return new RulesState(
                version,
                unsaved?.IsOff ?? row?.IsOff ?? false,
                unsaved?.By ?? row?.ChangedBy,
                unsaved?.At ?? row?.ChangedAt,
                unsaved is not null,
                NeedsApproval,
                await ListAsync(),
                await replicas.ListAsync(),
                null
            );
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            return new RulesState(
                version,
                served.IsOff,
                unsaved?.By,
                unsaved?.At,
                unsaved is not null,
                NeedsApproval,
                [],
                [],
                $"The database cannot be read ({DatabaseFailure.ReasonOf(error)}): pending publications and the state of other servers "
                    + $"are unknown."
            );
        }
    }

    /// <summary>A second person approves: it is published, now or at its time.</summary>
    /// <param name="seen">A pending publication.</param>
    /// <returns>The publication as it is now; null when someone else decided otherwise meanwhile.</returns>
    public Task<Publication?> ApproveAsync(Publication seen, string by) =>
        DecideAsync(
            seen,
            async publication =>
            {
                (publication.DecidedBy, publication.DecidedAt) = (by, time.GetUtcNow());
                audit.Add(AuditAction.PublicationApproved, publication.Note);
                if (publication.PublishAt is null || publication.PublishAt <= time.GetUtcNow())
                    await MakeVersionAsync(publication);
                else
                    publication.State = PublicationState.Scheduled;
            }
        );

    /// <summary>Cancels it, or dismisses it where it failed.</summary>
    /// <returns>The publication as it is now; null when someone else decided otherwise meanwhile.</returns>
    public Task<Publication?> EndAsync(Publication seen, string by) =>
        DecideAsync(
            seen,
            publication =>
            {
                bool declines = publication.State == PublicationState.Waiting && publication.AskedBy != by;
                (publication.DecidedBy, publication.DecidedAt) = (by, time.GetUtcNow());
                publication.State = declines ? PublicationState.Declined : PublicationState.Cancelled;
                audit.Add(declines ? AuditAction.PublicationDeclined : AuditAction.PublicationCancelled, publication.Note);
                return Task.CompletedTask;
            }
        );

    /// <summary>
    /// Publishes everything that is due. Of several servers, one gets each. A publication that is no longer valid, since placements are a
    /// setting, fails with a reason: the served rules stay.
    /// </summary>
    public async Task PublishDueAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        string[] due = await database
            .Publications.AsNoTracking()
            .Where(publication => publication.State == PublicationState.Scheduled && publication.PublishAt <= now)
            .OrderBy(publication => publication.PublishAt)
            .Select(publication => publication.Id)
            .ToArrayAsync();
        foreach (string id in due)
        {
            if (await FindAsync(id) is not { State: PublicationState.Scheduled } publication)
                continue;
            var wrong = new List<RuleError>();
            try
            {
                checks.Check(ActiveRules.Read(publication.Json), wrong);
            }
            catch (JsonException error)
            {
                // It must not hold up those due after it.
                wrong.Add(new RuleError("$", $"It cannot be read: {error.Message}"));
            }

            if (wrong.Count == 0)
                await DecideAsync(publication, MakeVersionAsync);
            else
                await FailAsync(publication, wrong);
        }
    }

    /// <summary>Decides about a publication, unless someone already has: if a server dies midway, another one picks it up.</summary>
    /// <returns>The publication as it is now; null when someone else decided otherwise meanwhile.</returns>
    private async Task<Publication?> DecideAsync(Publication seen, Func<Publication, Task> decide)
    {
        Publication? decided = await exclusive.RunAsync(
            Epoch.Rules,
            async () =>
            {
                if (await FindAsync(seen.Id) is not { } now || now.State != seen.State)
                    return null;
                await decide(now);
                return now;
            }
        );
        if (decided is { State: PublicationState.Published })
            await changes.CommittedAsync(database, Epoch.Rules);
        return decided;
    }

    private async Task MakeVersionAsync(Publication publication)
    {
        PublishedRules row = await store.AddVersionAsync(
            ActiveRules.Read(publication.Json),
            publication.Note,
            publication.AskedBy,
            publication.DecidedBy
        );
        (publication.State, publication.Version) = (PublicationState.Published, row.Version);
    }

    private static PublishResult ResultOf(Publication row) =>
        new(
            row.State,
            row.Version,
            row.State == PublicationState.Published && row.PublishAt is null && row.DecidedBy is null ? null : row.Id
        );

    /// <summary>Outcome of an earlier identical request: matched by the sender's id, else by content.</summary>
    private async Task<PublishResult?> FindMadeAsync(PublicationOrder order)
    {
        if (order.Id is not null)
            return await FindMadeAsync(order.Id, order.By, order.Note);
        string json = RuleJson.Of(order.Document);
        long? at = order.At?.ToUnixTimeMilliseconds();
        Publication[] open = await database
            .Publications.AsNoTracking()
            .Where(publication =>
                (publication.State == PublicationState.Waiting || publication.State == PublicationState.Scheduled)
                && publication.AskedBy == order.By
                && publication.Note == order.Note
            )
            .ToArrayAsync();
        if (
            Array.Find(open, publication => publication.Json == json && publication.PublishAt?.ToUnixTimeMilliseconds() == at) is
            { } waiting
        )
            return ResultOf(waiting);
        if (!IsAtOnce(order))
            return null;
        PublishedRules? newest = await database
            .PublishedRules.AsNoTracking()
            .OrderByDescending(rules => rules.Version)
            .FirstOrDefaultAsync();
        return
            newest is not null
            && newest.PublishedBy == order.By
            && newest.Note == order.Note
            && newest.RestoredFrom == order.RestoredFrom
            && newest.Json == json
            ? new PublishResult(PublicationState.Published, newest.Version, null)
            : null;
    }

    private bool IsAtOnce(PublicationOrder order) => !NeedsApproval && (order.At is null || order.At <= time.GetUtcNow());

    /// <summary>Adds the version, or the pending publication; an order with an id is remembered by it.</summary>
    private async Task<PublishResult> AddAsync(PublicationOrder order)
    {
        if (order.ResetsDraft)
            await store.ResetDraftAsync(order.Document, order.By);
        bool atOnce = IsAtOnce(order);
        PublishedRules? version = atOnce
            ? await store.AddVersionAsync(order.Document, order.Note, order.By, approvedBy: null, order.RestoredFrom)
            : null;
        string id = order.Id ?? Guid.NewGuid().ToString("N");
        string state =
            atOnce ? PublicationState.Published
            : NeedsApproval ? PublicationState.Waiting
            : PublicationState.Scheduled;
        if (atOnce && order.Id is null)
            return new PublishResult(state, version!.Version, null);
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
        if (!atOnce)
            audit.Add(AuditAction.PublicationAsked, order.Note, null, publication.Json);
        return ResultOf(publication);
    }

    /// <summary>Pending ones, then the last that ended. Rules published at once are among the versions.</summary>
    private async Task<PublicationInfo[]> ListAsync()
    {
        const int ended = 10;
        Publication[] pending = await database
            .Publications.AsNoTracking()
            .Where(publication => PublicationState.Open.Contains(publication.State))
            .OrderBy(publication => publication.AskedAt)
            .ToArrayAsync();
        Publication[] past = await database
            .Publications.AsNoTracking()
            .Where(publication =>
                !PublicationState.Open.Contains(publication.State)
                && (publication.State != PublicationState.Published || publication.PublishAt != null || publication.DecidedBy != null)
            )
            .OrderByDescending(publication => publication.DecidedAt)
            .Take(ended)
            .ToArrayAsync();
        return [.. pending.Concat(past).Select(Describe)];
    }

    private Task<Publication?> FailAsync(Publication seen, List<RuleError> wrong) =>
        DecideAsync(
            seen,
            publication =>
            {
                string trouble = string.Join(' ', wrong.Select(error => $"{error.Path}: {error.Message}"));
                publication.State = PublicationState.Failed;
                publication.DecidedAt = time.GetUtcNow();
                publication.Trouble = trouble.Length > MostTrouble ? trouble[..MostTrouble] : trouble;
                audit.Add(AuditAction.PublicationFailed, publication.Note, null, publication.Json);
                return Task.CompletedTask;
            }
        );
}
