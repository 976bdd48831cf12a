using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Replication;
using RecOps.Server.Storage;
using RecOps.Shared.Rules;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>What the database knows of alerts. A database that is lost holds up nothing: what is to be written waits, what was read last is used.</summary>
internal sealed class AlertBook(IServiceScopeFactory scopes, DatabaseState state, ReplicaReport self, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private readonly List<AlertRecord> _unsaved = [];
    private bool _adopted;

    /// <summary>This server's name in records.</summary>
    public string Server => self.Name;

    public AlertSilence[] Silences { get; private set; } = [];

    public ReplicaInfo[] Replicas { get; private set; } = [];

    /// <summary>Open records of this server by rule.</summary>
    public Dictionary<string, AlertRecord> Open { get; private set; } = [];

    /// <summary>Has a record written when the database is there.</summary>
    public void Save(AlertRecord record)
    {
        _unsaved.Remove(record);
        _unsaved.Add(record);
        if (record.ResolvedAt is null) Open[record.Rule] = record;
        else Open.Remove(record.Rule);
    }

    /// <summary>Writes what waits and reads what others changed.</summary>
    /// <returns>Records of this server's last run that were still open; empty but for the first time.</returns>
    public async Task<AlertRecord[]> ExchangeAsync(CancellationToken cancellationToken)
    {
        if (!state.Ready.IsCompletedSuccessfully) return [];
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
            DateTimeOffset now = time.GetUtcNow();
            await WriteAsync(database, now, cancellationToken);
            Replicas = await scope.ServiceProvider.GetRequiredService<ReplicaList>().ListAsync();
            Silences = await database.AlertSilences.AsNoTracking().Where(silence => silence.Until > now).ToArrayAsync(cancellationToken);
            AlertRecord[] open = await database.Alerts.Where(alert => alert.ResolvedAt == null).ToArrayAsync(cancellationToken);
            await CloseOrphansAsync(database, open, now, cancellationToken);
            Open = open.Where(alert => alert.Server == Server && alert.ResolvedAt is null).GroupBy(alert => alert.Rule).ToDictionary(group => group.Key, group => group.First());
            if (_adopted) return [];
            _adopted = true;
            return [.. Open.Values];
        }
        catch (Exception error) when (error is DbException or DbUpdateException or InvalidOperationException or TimeoutException)
        {
            // The feed of changes says so.
            return [];
        }
    }

    private async Task WriteAsync(RecOpsDatabase database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_unsaved.Count == 0) return;
        foreach (AlertRecord record in _unsaved) database.Entry(record).State = record.Id == 0 ? EntityState.Added : EntityState.Modified;
        await database.SaveChangesAsync(cancellationToken);
        _unsaved.Clear();
        DateTimeOffset oldest = now - Kept;
        await database.Alerts.Where(alert => alert.FiredAt < oldest).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>A server that is gone resolves nothing any more.</summary>
    private async Task CloseOrphansAsync(RecOpsDatabase database, AlertRecord[] open, DateTimeOffset now, CancellationToken cancellationToken)
    {
        AlertRecord[] orphans =
        [
            .. open.Where(alert => now - alert.FiredAt > ReplicaReport.Forgotten && alert.Server != Server && !Array.Exists(Replicas, replica => replica.Name == alert.Server)),
        ];
        if (orphans.Length == 0) return;
        foreach (AlertRecord orphan in orphans) orphan.ResolvedAt = now;
        await database.SaveChangesAsync(cancellationToken);
    }
}
