using RecOps.Server.Storage;

namespace RecOps.Server.Security.Audit;

/// <summary>
/// Audit entries that could not be written when the action happened, in order. Only for actions that must go on without the database; any
/// other action happens after it was recorded, or not at all.
/// </summary>
internal sealed partial class AuditBacklog(SecurityMetrics metrics, ILogger<AuditBacklog> logger) : IUnsaved
{
    /// <summary>Entries that are kept; later ones are lost, and the log says so.</summary>
    public const int Room = 1000;

    private readonly Lock _changes = new();
    private readonly Queue<AuditEntry> _waiting = new();

    public bool AnyUnsaved
    {
        get
        {
            lock (_changes)
                return _waiting.Count > 0;
        }
    }

    public void Keep(AuditEntry entry)
    {
        bool hasRoom;
        lock (_changes)
        {
            hasRoom = _waiting.Count < Room;
            if (hasRoom)
                _waiting.Enqueue(entry);
        }

        metrics.AuditDeferred(hasRoom);
        if (hasRoom)
            LogKept(entry.Action, entry.Subject, entry.Actor);
        else
            LogLost(entry.Action, entry.Subject, entry.Actor, entry.Address);
    }

    public async Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        AuditEntry[] entries;
        lock (_changes)
            entries = [.. _waiting];
        RecOpsDatabase database = services.GetRequiredService<RecOpsDatabase>();

        foreach (AuditEntry entry in entries)
        {
            try
            {
                // A copy: a failed save is retried with another context, and the entity must not have an id by then.
                database.Audit.Add(entry.Copy());
                await database.SaveChangesAsync(cancellationToken);
            }
            catch (Exception error) when (!DatabaseFailure.IsUnavailable(error) && !cancellationToken.IsCancellationRequested)
            {
                // It would be refused for ever, and hold up all entries behind it.
                database.ChangeTracker.Clear();
                LogRefused(entry.Action, entry.Subject, entry.Actor, entry.Address, error);
            }

            lock (_changes)
                _waiting.Dequeue();
        }
    }

    [LoggerMessage(
        1716,
        LogLevel.Error,
        "The database refused a queued audit entry, so the audit log lacks it: {Action} {Subject} by {Actor} from {Address}"
    )]
    private partial void LogRefused(string action, string subject, string actor, string address, Exception error);

    [LoggerMessage(1711, LogLevel.Warning, "The audit log cannot be written; kept in memory until it can: {Action} {Subject} by {Actor}")]
    private partial void LogKept(string action, string subject, string actor);

    [LoggerMessage(
        1712,
        LogLevel.Error,
        "The audit log cannot be written and its backlog in memory is full, so this entry is lost: {Action} {Subject} by {Actor} from "
            + "{Address}"
    )]
    private partial void LogLost(string action, string subject, string actor, string address);
}
