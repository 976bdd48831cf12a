using Microsoft.EntityFrameworkCore;
using RecOps.Server.Storage;
using RecOps.Shared.Rules;

namespace RecOps.Server.Replication;

/// <summary>All servers on this database, with what each reports that it serves.</summary>
internal sealed class ReplicaList(RecOpsDatabase database, ReplicaReport report, TimeProvider time)
{
    /// <summary>Three missed reports.</summary>
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(20);

    public async Task<ReplicaInfo[]> ListAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        long epoch = (await database.Epochs.AsNoTracking().FirstOrDefaultAsync(epoch => epoch.Subject == Epoch.Rules))?.Value ?? 0;
        Replica[] rows = await database.Replicas.AsNoTracking().OrderBy(replica => replica.Started).ToArrayAsync();

        // A restarted server is a new one on the same machine; nobody waits for the old one.
        return
        [
            .. rows.Where(row =>
                    now - row.SeenAt < ReplicaReport.Forgotten
                    && !Array.Exists(rows, later => later.Id != row.Id && later.Name == row.Name && later.Started > row.SeenAt)
                )
                .Select(row => new ReplicaInfo(
                    row.Id,
                    row.Name,
                    row.Started,
                    row.SeenAt,
                    row.RulesVersion,
                    row.ModelVersion,
                    row.RulesEpoch < epoch && row.Id != report.Id,
                    now - row.SeenAt > Lost,
                    row.Id == report.Id
                )),
        ];
    }
}
