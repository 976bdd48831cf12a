using System.Data;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Hosting.Lifetime;

namespace RecOps.Server.Storage;

/// <summary>A feature's initial data for a database that has just been migrated.</summary>
internal interface IDatabaseSeed
{
    /// <summary>Does nothing where it was already done, including by another replica at the same time.</summary>
    Task SeedAsync(RecOpsDatabase database, CancellationToken cancellationToken);
}

/// <summary>
/// Migrates the database in the background and retries while it cannot be reached: serving does not need it. It runs on the system clock,
/// not the injected one: the database is outside the process.
/// </summary>
internal sealed partial class DatabaseSetup(IServiceScopeFactory scopes, DatabaseState state, ILogger<DatabaseSetup> logger)
    : BackgroundLoop(TimeProvider.System, logger)
{
    /// <summary>Any number not otherwise used as a lock in the database.</summary>
    private const long MigrationLock = 0x5265634f7073;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly ILogger _logger = logger;

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
            state.Reached();
            return false;
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            string reason = DatabaseFailure.ReasonOf(error);
            if (state.Trouble != reason)
                LogTrouble(reason, DatabaseFailure.IsUnavailable(error) ? null : error);
            state.Lost(reason);
            await Task.Delay(Pause, stoppingToken);
            return true;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();

        // Migrating takes a lock, which is a write: a database that is up to date is opened without one, and so even from a full disk.
        if ((await database.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            await MigrateAsync(database, cancellationToken);
        foreach (IDatabaseSeed seed in scope.ServiceProvider.GetServices<IDatabaseSeed>())
            await seed.SeedAsync(database, cancellationToken);
    }

    /// <summary>Serializes servers that start at once: the framework's own lock needs a table that a new database does not have.</summary>
    private static async Task MigrateAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        if (database is not PostgresDatabase)
        {
            await database.Database.MigrateAsync(cancellationToken);
            return;
        }

        // The connection holds the lock and releases it if this process dies.
        await database.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
            await database.Database.MigrateAsync(cancellationToken);
        }
        finally
        {
            // A pooled connection keeps its locks.
            if (database.Database.GetDbConnection().State == ConnectionState.Open)
                await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
            await database.Database.CloseConnectionAsync();
        }
    }

    [LoggerMessage(
        1431,
        LogLevel.Error,
        "The database cannot be used ({Reason}). Lists are served; sign-in and editing are not possible yet. Retrying"
    )]
    private partial void LogTrouble(string reason, Exception? error);
}
