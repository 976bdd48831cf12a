using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace RecOps.Server.Storage;

/// <summary>
/// What was decided and must outlive every server: rules, people, keys, what the shop said of its items, the audit log. Nothing here is
/// asked while a shopper waits.
/// </summary>
internal abstract class RecOpsDatabase(DbContextOptions options) : DbContext(options), IDataProtectionKeyContext
{
    /// <summary>Whether any change was saved, for those who have to say so after a failure.</summary>
    public bool HasSaved { get; private set; }

    /// <summary>The framework asks for them here.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <exception cref="SaveInterruptedException">The connection broke off: it may have been saved.</exception>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        // By itself: what fails here has reached no database.
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
    /// <exception cref="SaveInterruptedException">The connection broke off: it may have been committed.</exception>
    public Task CommitAsync(IDbContextTransaction transaction) =>
        DoAsync(async () =>
        {
            await transaction.CommitAsync();
            return 1;
        });

    /// <summary>
    /// Counts a subject up in the caller's transaction. Who counts it up next waits for the end of that: what is written under the new
    /// numbers is committed in their order.
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

    /// <summary>Each feature brings the tables of its own: this one knows none.</summary>
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
