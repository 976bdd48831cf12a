using System.Collections.Concurrent;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>
/// Audit entries of what happened while the database was away, in the order in which it happened. They are in the log too, for a server
/// that is restarted before the database is back.
/// </summary>
internal sealed partial class AuditBacklog(IServiceScopeFactory scopes, DatabaseState state, TimeProvider time, ILogger<AuditBacklog> logger)
    : PeriodicLoop(TimeSpan.FromSeconds(5), time, logger)
{
    /// <summary>What people do in hours; of more, the oldest are in the log alone.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentQueue<AuditEntry> _waiting = new();
    private readonly ILogger _logger = logger;

    public void Keep(AuditEntry entry)
    {
        LogKept(entry.At, entry.Actor, entry.Action, entry.Subject, entry.Address);
        _waiting.Enqueue(entry);
        while (_waiting.Count > Most && _waiting.TryDequeue(out _))
        {
        }
    }

    protected override async Task TickAsync(CancellationToken stoppingToken)
    {
        if (_waiting.IsEmpty || !state.Ready.IsCompleted) return;
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
        while (_waiting.TryPeek(out AuditEntry? entry))
        {
            await WriteAsync(database, entry, stoppingToken);
            _waiting.TryDequeue(out _);
        }
    }

    private async Task WriteAsync(RecOpsDatabase database, AuditEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            database.Audit.Add(entry);
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (Exception error) when (!DatabaseFailure.IsUnavailable(error) && !cancellationToken.IsCancellationRequested)
        {
            // Trying again would hold up all others for ever.
            database.ChangeTracker.Clear();
            LogNotWritten(entry.Action, entry.Subject, error);
        }
    }

    [LoggerMessage(1703, LogLevel.Warning, "Audit entry waits for the database: at {At:O} {Actor} from '{Address}' did {Action} to {Subject}")]
    private partial void LogKept(DateTimeOffset at, string actor, string action, string subject, string address);

    [LoggerMessage(1704, LogLevel.Error, "The audit entry of {Action} to {Subject} could not be written; the log alone has it")]
    private partial void LogNotWritten(string action, string subject, Exception error);
}
