using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Storage;
using RecOps.Shared.Catalog;
using RecOps.Shared.Security;

namespace RecOps.Server.Catalog;

/// <summary>Saves the shop's changes: once it answers, they are committed, in effect here and announced to all replicas.</summary>
internal sealed partial class CatalogStore(
    IServiceScopeFactory scopes,
    DatabaseState state,
    ChangeFeed feed,
    CatalogChanges changes,
    TimeProvider time,
    ILogger<CatalogStore> logger
) : IDisposable
{
    /// <summary>Limit for all attributes of an item, in characters of JSON. One call may send a third of it.</summary>
    public const int MaxAttributes = 65_536;

    private const int CommandSeconds = 10;
    private const string Unchanged = "The database cannot be reached, so nothing was changed. Retry shortly. Lists are still served.";
    private static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(10);

    /// <summary>All writers wait for the same database row; those of one server wait here, without holding a connection each.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Saves changes in one transaction with their audit entry.</summary>
    /// <param name="updates">Valid updates of items that are to be kept; several of one item apply in order.</param>
    /// <param name="before">The previous values, where people must account for the change; else null.</param>
    public async Task<CatalogSaved> SaveAsync(
        IReadOnlyCollection<CatalogItemUpdate> updates,
        CatalogItemUpdate[]? before,
        CancellationToken cancellationToken
    )
    {
        if (updates.Count == 0)
            return CatalogSaved.Done;
        if (!state.Ready.IsCompletedSuccessfully)
            return CatalogSaved.Unavailable(Unchanged);
        if (!await _turn.WaitAsync(MostWaiting, cancellationToken))
            return CatalogSaved.Unavailable(
                "Too many catalogue changes are waiting for the database, so nothing was changed. Retry shortly."
            );
        try
        {
            return await CommitAsync(SentItem.From(updates), updates, before, cancellationToken);
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            LogNotSaved(DatabaseFailure.ReasonOf(error));
            return CatalogSaved.Unavailable(Unchanged);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<CatalogSaved> CommitAsync(
        SentItem[] sent,
        IReadOnlyCollection<CatalogItemUpdate> updates,
        CatalogItemUpdate[]? before,
        CancellationToken cancellationToken
    )
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();
        database.Database.SetCommandTimeout(CommandSeconds);
        await using IDbContextTransaction transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (before is not null)
        {
            AuditLog audit = scope.ServiceProvider.GetRequiredService<AuditLog>();
            audit.Add(
                AuditAction.CatalogChanged,
                string.Join(", ", updates.Select(item => item.ItemId)),
                before,
                [.. updates],
                CatalogContracts.Default.CatalogItemUpdateArray
            );
            await database.SaveChangesAsync(cancellationToken);
        }

        // Last: from here on, all other catalogue writers wait for this transaction to end.
        long newest = await database.CountUpAsync(Epoch.Catalog, sent.Length, cancellationToken);
        CatalogItem[] rows = await MergeAsync(database, sent, newest - sent.Length, cancellationToken);
        if (Array.Find(rows, row => row.Attributes is { Length: > MaxAttributes }) is { } large)
            return CatalogSaved.TooLarge(large.ItemId);
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception error) when (DatabaseFailure.LeavesOutcomeOpen(error))
        {
            LogNotSaved(DatabaseFailure.ReasonOf(error));
            return CatalogSaved.Unavailable(
                "The connection to the database was lost during the commit, so the change may or may not have been made. Send it again: "
                    + "applying it twice does no harm."
            );
        }

        changes.Committed(rows);
        await feed.AnnounceAsync(Epoch.Catalog);
        return CatalogSaved.Done;
    }

    private async Task<CatalogItem[]> MergeAsync(RecOpsDatabase database, SentItem[] sent, long before, CancellationToken cancellationToken)
    {
        string json = JsonSerializer.Serialize(sent, CatalogJson.Compact.SentItemArray);
        DateTimeOffset now = time.GetUtcNow();
        IQueryable<CatalogItem> rows =
            database is SqliteDatabase
                ? database.CatalogItems.FromSqlRaw(CatalogSql.MergeInSqlite, json, before, now.ToUnixTimeMilliseconds())
                : database.CatalogItems.FromSqlRaw(CatalogSql.MergeInPostgres, json, before, now);
        return await rows.AsNoTracking().ToArrayAsync(cancellationToken);
    }

    [LoggerMessage(2105, LogLevel.Error, "Catalogue changes could not be written to the database: {Reason}")]
    private partial void LogNotSaved(string reason);
}

/// <summary>Outcome of a catalogue change.</summary>
/// <param name="Reason">Why nothing was changed, for people; null on success.</param>
/// <param name="LargeItem">The item that would exceed the attribute limit.</param>
internal readonly record struct CatalogSaved(string? Reason, string? LargeItem)
{
    public static readonly CatalogSaved Done = new(null, null);

    public static CatalogSaved Unavailable(string reason) => new(reason, null);

    public static CatalogSaved TooLarge(string itemId) => new(null, itemId);
}
