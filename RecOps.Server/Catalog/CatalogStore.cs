using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using RecOps.Server.Replication;
using RecOps.Server.Security;
using RecOps.Server.Storage;
using RecOps.Shared.Catalog;
using RecOps.Shared.Security;

namespace RecOps.Server.Catalog;

/// <summary>Keeps what the shop says of its items: what it answers is committed, in effect here and told to all others.</summary>
internal sealed partial class CatalogStore(
    IServiceScopeFactory scopes,
    DatabaseState state,
    ChangeFeed feed,
    CatalogChanges changes,
    TimeProvider time,
    ILogger<CatalogStore> logger
) : IDisposable
{
    /// <summary>Attributes of an item together, in characters of JSON. A call may have a third of it.</summary>
    public const int MaxAttributes = 65_536;

    private const int CommandSeconds = 10;
    private const string Unchanged =
        "The database cannot be reached, so nothing was changed; send it again in a moment. Lists are served meanwhile.";
    private static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(10);

    /// <summary>All writers wait for the same row in the database; those of one server do so without a connection each.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>Saves changes in one transaction with what is said about them.</summary>
    /// <param name="updates">Valid, of items that are to be kept; several of one item apply in their order.</param>
    /// <param name="before">What the items were, where people have to account for it; else null.</param>
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
                "Too many changes of the catalogue wait for the database, so nothing was changed; send it again in a moment."
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

        // Last, as everyone who changes the catalogue waits for the end of this transaction from here on.
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
                "The database was lost while the change was being committed, so that it is not known whether it was made. Send it again: "
                    + "twice is as good as once."
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

    [LoggerMessage(2105, LogLevel.Error, "Changes of the catalogue could not be written to the database: {Reason}")]
    private partial void LogNotSaved(string reason);
}

/// <summary>What came of changing the catalogue.</summary>
/// <param name="Reason">Why nothing was changed, for people; null when it was.</param>
/// <param name="LargeItem">The item that would have more attributes than one may.</param>
internal readonly record struct CatalogSaved(string? Reason, string? LargeItem)
{
    public static readonly CatalogSaved Done = new(null, null);

    public static CatalogSaved Unavailable(string reason) => new(reason, null);

    public static CatalogSaved TooLarge(string itemId) => new(null, itemId);
}
