using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace RecOps.Server.Storage;

/// <summary>
/// Everything that must survive the loss of a server: rules, people, keys, catalogue changes, the audit log. No request for a list queries
/// it.
/// </summary>
internal abstract class RecOpsDatabase(DbContextOptions options) : DbContext(options), IDataProtectionKeyContext
{
    /// <summary>Whether any change was saved, for code that must report it after a failure.</summary>
    public bool HasSaved { get; private set; }

    /// <summary>Required by the framework.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <exception cref="SaveInterruptedException">The connection was lost: it may have been saved.</exception>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        // Separately: a failure here has not reached the database.
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await DoAsync(() => base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken));
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    /// <summary>Commits what was saved in a transaction.</summary>
    /// <exception cref="SaveInterruptedException">The connection was lost: it may have been committed.</exception>
    public Task CommitAsync(IDbContextTransaction transaction) =>
        DoAsync(async () =>
        {
            await transaction.CommitAsync();
            return 1;
        });

    /// <summary>
    /// Increases a subject's counter in the caller's transaction. The next caller waits for that transaction to end, so what is written
    /// under the new numbers is committed in their order.
    /// </summary>
    /// <returns>The new number.</returns>
    public async Task<long> CountUpAsync(string subject, int by, CancellationToken cancellationToken)
    {
        const string count = """
            INSERT INTO "Epochs" ("Subject", "Value") VALUES ({0}, {1})
            ON CONFLICT ("Subject") DO UPDATE SET "Value" = "Epochs"."Value" + EXCLUDED."Value" RETURNING "Value"
            """;
        List<long> value = await Database.SqlQueryRaw<long>(count, subject, (long)by).ToListAsync(cancellationToken);
        return value[0];
    }

    /// <summary>Each feature adds its own tables: this class knows none.</summary>
    protected override void OnModelCreating(ModelBuilder builder) =>
        builder.ApplyConfigurationsFromAssembly(typeof(RecOpsDatabase).Assembly);

    private async Task<int> DoAsync(Func<Task<int>> save)
    {
        try
        {
            int rows = await save();
            HasSaved |= rows > 0;
            return rows;
        }
        catch (Exception error) when (DatabaseFailure.LeavesOutcomeOpen(error))
        {
            throw new SaveInterruptedException(error);
        }
    }
}
