using Microsoft.EntityFrameworkCore;
using RecOps.Server.Replication;
using RecOps.Server.Storage;
using RecOps.Shared.Rules;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>
/// Mirrors alert records with the database. A lost database blocks nothing: writes wait, and the last read state is used.
/// </summary>
internal sealed partial class AlertBook(
    IServiceScopeFactory scopes,
    DatabaseState state,
    ReplicaReport self,
    TimeProvider time,
    ILogger<AlertBook> logger
)
{
    /// <summary>More than fire in hours without the database; beyond this, the oldest are in the log alone.</summary>
    private const int MostUnsaved = 1000;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private readonly List<AlertRecord> _unsaved = [];

    /// <summary>Ids of the records that this process must resolve: another process on the same machine has the same name.</summary>
    private readonly HashSet<long> _own = [];

    private bool _adopted;

    /// <summary>This server's name in records.</summary>
    public string Server => self.Name;

    public AlertSilence[] Silences { get; private set; } = [];

    public ReplicaInfo[] Replicas { get; private set; } = [];

    /// <summary>Open records of this process by rule.</summary>
    public Dictionary<string, AlertRecord> Open { get; private set; } = [];

    /// <summary>Queues a record to be written once the database is available.</summary>
    public void Save(AlertRecord record)
    {
        _unsaved.Remove(record);
        _unsaved.Add(record);
        if (_unsaved.Count > MostUnsaved)
            _unsaved.RemoveAt(0);
        if (record.ResolvedAt is null)
            Open[record.Rule] = record;
        else
            Open.Remove(record.Rule);
    }

    /// <summary>Saves queued records and reads changes made by others.</summary>
    /// <returns>Records of this server's last run that were still open; empty after the first call.</returns>
    public async Task<AlertRecord[]> ExchangeAsync(CancellationToken cancellationToken)
    {
        // A database known to be lost is skipped: it may not even refuse connections.
        if (!state.Ready.IsCompletedSuccessfully || state.Trouble is not null)
            return [];
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
            DateTimeOffset now = time.GetUtcNow();
            await WriteAsync(database, now, cancellationToken);
            Replicas = await scope.ServiceProvider.GetRequiredService<ReplicaList>().ListAsync();
            Silences = await database.AlertSilences.AsNoTracking().Where(silence => silence.Until > now).ToArrayAsync(cancellationToken);
            AlertRecord[] open = await database.Alerts.Where(alert => alert.ResolvedAt == null).ToArrayAsync(cancellationToken);
            if (!_adopted)
                _own.UnionWith(open.Where(alert => alert.Server == Server && alert.FiredAt < self.Started).Select(alert => alert.Id));
            await CloseOrphansAsync(database, open, now, cancellationToken);
            Open = open.Where(alert => _own.Contains(alert.Id) && alert.ResolvedAt is null).ToDictionary(alert => alert.Rule);
            if (_adopted)
                return [];
            _adopted = true;
            return [.. Open.Values];
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // The change feed reports a lost database.
            if (!DatabaseFailure.IsUnavailable(error))
                LogNotExchanged(error);
            return [];
        }
    }

    private async Task WriteAsync(RecOpsDatabase database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_unsaved.Count == 0)
            return;
        while (_unsaved is [var record, ..])
        {
            await WriteAsync(database, record, cancellationToken);
            _unsaved.RemoveAt(0);
        }

        DateTimeOffset oldest = now - Kept;
        await database.Alerts.Where(alert => alert.FiredAt < oldest).ExecuteDeleteAsync(cancellationToken);
    }

    /// <exception cref="Exception">The database is not available: the record stays queued.</exception>
    private async Task WriteAsync(RecOpsDatabase database, AlertRecord record, CancellationToken cancellationToken)
    {
        try
        {
            database.Entry(record).State = record.Id == 0 ? EntityState.Added : EntityState.Modified;
            await database.SaveChangesAsync(cancellationToken);
            _own.Add(record.Id);
        }
        catch (Exception error) when (!DatabaseFailure.IsUnavailable(error) && !cancellationToken.IsCancellationRequested)
        {
            // For example, removed meanwhile: retrying would block all others for ever.
            LogNotWritten(record.Rule, DatabaseFailure.ReasonOf(error));
            database.ChangeTracker.Clear();
        }
    }

    /// <summary>A dead server resolves nothing any more, and neither does the last run for alerts that fired again in this one.</summary>
    private async Task CloseOrphansAsync(
        RecOpsDatabase database,
        AlertRecord[] open,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        AlertRecord[] orphans =
        [
            .. open.Where(alert =>
                now - alert.FiredAt > ReplicaReport.Forgotten
                && alert.Server != Server
                && !Array.Exists(Replicas, replica => replica.Name == alert.Server)
            ),
            .. open.Where(alert => _own.Contains(alert.Id))
                .GroupBy(alert => alert.Rule)
                .SelectMany(rule => rule.OrderByDescending(alert => alert.Id).Skip(1)),
        ];
        if (orphans.Length == 0)
            return;
        foreach (AlertRecord orphan in orphans)
            orphan.ResolvedAt = now;
        await database.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(2013, LogLevel.Error, "Alerts could not be exchanged with the database")]
    private partial void LogNotExchanged(Exception error);

    [LoggerMessage(2015, LogLevel.Error, "The record that {Rule} fired could not be saved: {Reason}")]
    private partial void LogNotWritten(string rule, string reason);
}
