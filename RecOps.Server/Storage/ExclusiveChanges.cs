using Microsoft.EntityFrameworkCore.Storage;
using RecOps.Server.Replication;

namespace RecOps.Server.Storage;

/// <summary>
/// Makes changes of one subject one after the other, on all servers: what a change has read stays as it is until the change is committed,
/// so that a check and what it allows are one step.
/// </summary>
internal sealed class ExclusiveChanges(RecOpsDatabase database, ChangeQueue queue)
{
    private const string Everything = "";

    /// <summary>
    /// Runs a change in a transaction of its own and saves what it tracked. When it throws, nothing is saved. A change of another subject
    /// may be run within it, and is committed with it; two subjects are always taken in the same order.
    /// </summary>
    /// <param name="subject">One of <see cref="Epoch"/>'s subjects, which is counted up.</param>
    /// <param name="change">Reads anew what it needs: nothing that was read before it is tracked.</param>
    /// <exception cref="ChangeQueueException">Those before took too long.</exception>
    /// <exception cref="SaveInterruptedException">The connection broke off: it may have been committed.</exception>
    public async Task<T> RunAsync<T>(string subject, Func<Task<T>> change)
    {
        // SQLite takes one change at a time, of whatever subject. Those that wait for it look again and again, and some find it taken each
        // time.
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
        // Locks the row on every database until the transaction ends.
        await database.CountUpAsync(subject, 1, CancellationToken.None);
        T result = await change();
        await database.SaveChangesAsync();
        return result;
    }
}
