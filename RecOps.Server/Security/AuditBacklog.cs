using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>
/// Entries of the audit log that could not be written when it happened, in the order in which it did. Only for what must go on without
/// its database; everything else happens after it was written down, or not at all.
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
                // A copy: one that is not saved is tried again with another context, and must have no id by then.
                database.Audit.Add(entry.Copy());
                await database.SaveChangesAsync(cancellationToken);
            }
            catch (Exception error) when (!DatabaseFailure.IsUnavailable(error) && !cancellationToken.IsCancellationRequested)
            {
                // It would be refused for ever, and hold up all that wait behind it.
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
        "The audit log refuses an entry that had waited, which is lost for it: {Action} {Subject} by {Actor} from {Address}"
    )]
    private partial void LogRefused(string action, string subject, string actor, string address, Exception error);

    [LoggerMessage(1711, LogLevel.Warning, "The audit log takes nothing now; kept in memory until it does: {Action} {Subject} by {Actor}")]
    private partial void LogKept(string action, string subject, string actor);

    [LoggerMessage(
        1712,
        LogLevel.Error,
        "The audit log has taken nothing for long and there is no more room in memory; lost for it: {Action} {Subject} by {Actor} from "
            + "{Address}"
    )]
    private partial void LogLost(string action, string subject, string actor, string address);
}
