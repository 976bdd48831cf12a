using System.Data;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Hosting;

namespace RecOps.Server.Storage;

/// <summary>What a capability puts into a database that has just been brought up to date.</summary>
internal interface IDatabaseSeed
{
    /// <summary>Does nothing where it was done before, also by another replica at the same time.</summary>
    Task SeedAsync(RecOpsDatabase database, CancellationToken cancellationToken);
}

/// <summary>
/// Brings the database up to date in the background, and keeps trying while it cannot be reached: serving does not need it. It waits by
/// the system's clock, not the injected one: the world outside does not stand still with that.
/// </summary>
internal sealed partial class DatabaseSetup(IServiceScopeFactory scopes, DatabaseState state, ILogger<DatabaseSetup> logger)
    : BackgroundLoop(TimeProvider.System, logger)
{
    /// <summary>Any number that nobody else uses in the database.</summary>
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

        // Migrating takes a lock, which is a write: a database that is up to date is opened without, and so from a full disk as well.
        if ((await database.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            await MigrateAsync(database, cancellationToken);
        foreach (IDatabaseSeed seed in scope.ServiceProvider.GetServices<IDatabaseSeed>())
            await seed.SeedAsync(database, cancellationToken);
    }

    /// <summary>
    /// Of several servers that start at once, one after the other: the framework's own lock is on a table that a new database does not
    /// have.
    /// </summary>
    private static async Task MigrateAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        if (database is not PostgresDatabase)
        {
            await database.Database.MigrateAsync(cancellationToken);
            return;
        }

        // Held by the connection, and given back with it where this process dies.
        await database.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
            await database.Database.MigrateAsync(cancellationToken);
        }
        finally
        {
            // A connection goes back to the pool with its locks.
            if (database.Database.GetDbConnection().State == ConnectionState.Open)
                await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
            await database.Database.CloseConnectionAsync();
        }
    }

    [LoggerMessage(
        1431,
        LogLevel.Error,
        "The database cannot be used ({Reason}); lists are served, sign-in and editing wait, and it is tried again"
    )]
    private partial void LogTrouble(string reason, Exception? error);
}
