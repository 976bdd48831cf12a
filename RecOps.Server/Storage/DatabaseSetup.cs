using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace RecOps.Server.Storage;

/// <summary>What a capability puts into a database that has just been brought up to date.</summary>
internal interface IDatabaseSeed
{
    /// <summary>Does nothing where it was done before, also by another replica at the same time.</summary>
    Task SeedAsync(RecOpsDatabase database, CancellationToken cancellationToken);
}

/// <summary>
/// Brings the database up to date in the background, and keeps trying while it cannot be reached: serving does not need it.
/// </summary>
internal sealed partial class DatabaseSetup(
    IServiceScopeFactory scopes, DatabaseState state, ILogger<DatabaseSetup> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
                state.Reached();
                return;
            }
            catch (Exception error) when (error is DbException or DbUpdateException or IOException or InvalidOperationException or TimeoutException)
            {
                string reason = error.GetBaseException().Message.Split('\n')[0];
                if (state.Trouble != reason) LogTrouble(reason);
                state.Lost(reason);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            // Not the injected time: the world outside does not stand still with it.
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        RecOpsDatabase database = scope.ServiceProvider.GetRequiredService<RecOpsDatabase>();

        // Migrating takes a lock, which is a write: a database that is up to date is opened without, and so from a full disk as well.
        if ((await database.Database.GetPendingMigrationsAsync(cancellationToken)).Any()) await database.Database.MigrateAsync(cancellationToken);
        foreach (IDatabaseSeed seed in scope.ServiceProvider.GetServices<IDatabaseSeed>()) await seed.SeedAsync(database, cancellationToken);
    }

    [LoggerMessage(1431, LogLevel.Error, "The database cannot be used ({Reason}); lists are served, sign-in and editing wait, and it is tried again")]
    private partial void LogTrouble(string reason);
}
