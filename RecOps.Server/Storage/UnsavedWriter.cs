using RecOps.Server.Hosting.Lifetime;

namespace RecOps.Server.Storage;

/// <summary>Changes made while the database could not be written, to be saved once it can.</summary>
internal interface IUnsaved
{
    /// <summary>Whether anything waits.</summary>
    bool AnyUnsaved { get; }

    /// <summary>Saves what waits; what cannot be saved keeps waiting.</summary>
    /// <param name="services">Services of a separate scope.</param>
    Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken);
}

/// <summary>
/// Tries once a second to save waiting changes. It treats a full disk, a read-only or locked file and an unreachable server alike: what
/// people need in order to fix them works without the database.
/// </summary>
internal sealed partial class UnsavedWriter(
    IEnumerable<IUnsaved> all,
    IServiceScopeFactory scopes,
    DatabaseState state,
    ILogger<UnsavedWriter> logger
) : PeriodicLoop(TimeSpan.FromSeconds(1), TimeProvider.System, logger)
{
    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    /// <summary>Not the injected time: the database is outside the process and runs on real time.</summary>
    protected override async Task TickAsync(CancellationToken stoppingToken)
    {
        if (state.Ready.IsCompleted)
            await WriteAsync(stoppingToken);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        foreach (IUnsaved unsaved in all.Where(unsaved => unsaved.AnyUnsaved))
        {
            try
            {
                await using AsyncServiceScope scope = scopes.CreateAsyncScope();
                await unsaved.WriteAsync(scope.ServiceProvider, cancellationToken);
                LogWritten(unsaved.GetType().Name);
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                // The others would wait for the same failure in vain.
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotWritten(unsaved.GetType().Name, error);
            }
        }
    }

    [LoggerMessage(1433, LogLevel.Information, "The database can be written again: {What} saved its waiting changes")]
    private partial void LogWritten(string what);

    [LoggerMessage(1434, LogLevel.Error, "{What} could not save its waiting changes; retrying")]
    private partial void LogNotWritten(string what, Exception error);
}
