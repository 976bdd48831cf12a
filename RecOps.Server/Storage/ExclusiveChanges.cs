using Microsoft.EntityFrameworkCore.Storage;
using RecOps.Server.Replication;

namespace RecOps.Server.Storage;

/// <summary>
/// Serializes the changes of one subject across all servers: what a change has read stays as it is until the commit, so that a check and
/// the change that it allows are one step.
/// </summary>
internal sealed class ExclusiveChanges(RecOpsDatabase database, ChangeQueue queue)
{
    private const string Everything = "";

    /// <summary>
    /// Runs a change in its own transaction and saves what it tracked. If it throws, nothing is saved. A change of another subject may be
    /// nested and is committed with it; two subjects must always be taken in the same order.
    /// </summary>
    /// <param name="subject">One of <see cref="Epoch"/>'s subjects, whose counter is increased.</param>
    /// <param name="change">Must read what it needs again: nothing read earlier is tracked.</param>
    /// <exception cref="ChangeQueueException">The changes ahead took too long.</exception>
    /// <exception cref="SaveInterruptedException">The connection was lost: it may have been committed.</exception>
    public async Task<T> RunAsync<T>(string subject, Func<Task<T>> change)
    {
        // SQLite takes one change at a time, whatever the subject. Waiting writers poll for the lock, and some find it taken each time.
        bool isOneForAll = database is SqliteDatabase;
        bool isWithin = database.Database.CurrentTransaction is not null;
        using IDisposable? turn = isOneForAll && isWithin ? null : await queue.EnterAsync(isOneForAll ? Everything : subject);
        if (isWithin)
            return await ChangeAsync(subject, change);
        await using IDbContextTransaction transaction = await database.Database.BeginTransactionAsync();
        database.ChangeTracker.Clear();
        T result = await ChangeAsync(subject, change);
        await database.CommitAsync(transaction);
        return result;
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string subject, Func<Task> change) =>
        RunAsync(
            subject,
            async () =>
            {
                await change();
                return true;
            }
        );

    private async Task<T> ChangeAsync<T>(string subject, Func<Task<T>> change)
    {
        // Locks the row until the transaction ends, on either database.
        await database.CountUpAsync(subject, 1, CancellationToken.None);
        T result = await change();
        await database.SaveChangesAsync();
        return result;
    }
}
