using Microsoft.EntityFrameworkCore;
using RecOps.Server.Replication;
using RecOps.Server.Security;
using RecOps.Server.Security.Audit;
using RecOps.Server.Storage;
using RecOps.Shared.Rules;
using RecOps.Shared.Security;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Stores the draft, the versions and the kill switch. It expects valid documents.</summary>
internal sealed class RuleStore(RecOpsDatabase database, ExclusiveChanges exclusive, ChangeFeed changes, AuditLog audit, TimeProvider time)
{
    public async Task<RuleDraftInfo> DraftAsync()
    {
        int published = await PublishedVersionAsync();
        RuleDraft? draft = await database.RuleDrafts.AsNoTracking().FirstOrDefaultAsync(only => only.Id == RuleDraft.OnlyId);
        return draft is null
            ? new RuleDraftInfo(RuleDocument.Empty, 0, "", null, published)
            : new RuleDraftInfo(ActiveRules.Read(draft.Json), draft.Revision, draft.ChangedBy, draft.ChangedAt, published);
    }

    /// <param name="revision">Revision that the change is based on; null to overwrite whatever is there.</param>
    /// <returns>Null when the draft has another revision by now.</returns>
    public async Task<RuleDraftInfo?> SaveDraftAsync(RuleDocument document, int? revision, string by)
    {
        // Queried before saving: nothing may fail afterwards.
        int published = await PublishedVersionAsync();
        RuleDraft? draft = await exclusive.RunAsync(Epoch.Draft, () => ChangeDraftAsync(document, revision, by));
        return draft is null ? null : new RuleDraftInfo(document, draft.Revision, by, draft.ChangedAt, published);
    }

    /// <summary>Resets the draft to the published rules, in the publication's transaction.</summary>
    public Task ResetDraftAsync(RuleDocument document, string by) =>
        exclusive.RunAsync(Epoch.Draft, () => ChangeDraftAsync(document, revision: null, by));

    private async Task<RuleDraft?> ChangeDraftAsync(RuleDocument document, int? revision, string by)
    {
        RuleDraft? draft = await database.RuleDrafts.FirstOrDefaultAsync(only => only.Id == RuleDraft.OnlyId);
        if (revision is { } wanted && (draft?.Revision ?? 0) != wanted)
            return null;
        RuleDocument before = draft is null ? RuleDocument.Empty : ActiveRules.Read(draft.Json);
        if (draft is null)
            database.RuleDrafts.Add(draft = new RuleDraft { Json = "", ChangedBy = by });
        (draft.Json, draft.ChangedBy, draft.ChangedAt) = (RuleJson.Of(document), by, time.GetUtcNow());
        draft.Revision++;
        audit.Add(
            AuditAction.DraftSaved,
            $"draft {draft.Revision}",
            RuleJson.Of(RuleChanges.Differing(before, document)),
            RuleJson.Of(RuleChanges.Differing(document, before))
        );
        return draft;
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
        if (await database.PublishedRules.AsNoTracking().FirstOrDefaultAsync(rules => rules.Version == version) is not { } row)
            return null;
        PublishedRules? previous = await database.PublishedRules.AsNoTracking().FirstOrDefaultAsync(rules => rules.Version == version - 1);
        RuleDocument document = ActiveRules.Read(row.Json);
        return new RuleVersionDetails(
            Describe(row, document, previous is null ? RuleDocument.Empty : ActiveRules.Read(previous.Json)),
            document
        );
    }

    /// <summary>Adds the next version. Call only while no other can be added.</summary>
    public async Task<PublishedRules> AddVersionAsync(
        RuleDocument document,
        string note,
        string by,
        string? approvedBy,
        int? restoredFrom = null
    )
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
            restoredFrom is null ? AuditAction.RulesPublished : AuditAction.RulesRestored,
            $"version {row.Version}: {note}",
            RuleJson.Of(RuleChanges.Differing(before, document)),
            RuleJson.Of(RuleChanges.Differing(document, before)),
            by
        );
        return row;
    }

    /// <summary>Records changes of the kill switch, oldest first.</summary>
    /// <param name="isLate">Whether it may have been set elsewhere meanwhile; the later change then counts.</param>
    /// <returns>The current state.</returns>
    public async Task<bool> SaveTurnsAsync(SwitchChange[] turns, bool isLate)
    {
        bool stands = await exclusive.RunAsync(
            Epoch.Rules,
            async () =>
            {
                RuleSwitch? row = await database.RuleSwitches.FirstOrDefaultAsync(only => only.Id == RuleSwitch.OnlyId);
                bool isOff = row?.IsOff ?? false;
                foreach (SwitchChange turn in turns)
                {
                    database.Audit.Add(
                        new AuditEntry
                        {
                            At = turn.At,
                            Actor = turn.By,
                            Action = AuditAction.KillSwitch,
                            Subject = turn.IsOff ? "rules off" : "rules on",
                            Address = turn.Address,
                            Before = isOff ? "off" : "on",
                            After = turn.IsOff ? "off" : "on",
                        }
                    );
                    isOff = turn.IsOff;
                }

                SwitchChange last = turns[^1];
                bool isOvertaken = isLate && row is not null && row.ChangedAt > last.At;
                if (row is null)
                    database.RuleSwitches.Add(row = new RuleSwitch { ChangedBy = last.By });
                if (!isOvertaken)
                    (row.IsOff, row.ChangedBy, row.ChangedAt) = (last.IsOff, last.By, last.At);
                return row.IsOff;
            }
        );
        await changes.CommittedAsync(database, Epoch.Rules);
        return stands;
    }

    public async Task<int> PublishedVersionAsync() => await database.PublishedRules.MaxAsync(rules => (int?)rules.Version) ?? 0;

    private static RuleVersionInfo Describe(PublishedRules row, RuleDocument document, RuleDocument before)
    {
        RuleChanges changed = RuleChanges.Between(before, document);
        return new RuleVersionInfo(
            row.Version,
            row.PublishedAt,
            row.PublishedBy,
            row.ApprovedBy,
            row.Note,
            row.RestoredFrom,
            document.Rules.Length,
            changed.Added,
            changed.Changed,
            changed.Removed
        );
    }
}
