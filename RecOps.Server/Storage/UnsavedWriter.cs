using RecOps.Server.Hosting;

namespace RecOps.Server.Storage;

/// <summary>Something that happened although the database took nothing, and is to be written once it does.</summary>
internal interface IUnsaved
{
    /// <summary>Whether anything waits.</summary>
    bool AnyUnsaved { get; }

    /// <summary>Writes what waits; what could not be written goes on waiting.</summary>
    /// <param name="services">Of a scope of its own.</param>
    Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken);
}

/// <summary>
/// Tries once a second to write what waits. A disk that is full, a file that is read-only or locked and a server that is away are the same
/// to it: what people need in order to mend them goes on without.
/// </summary>
internal sealed partial class UnsavedWriter(
    IEnumerable<IUnsaved> all,
    IServiceScopeFactory scopes,
    DatabaseState state,
    ILogger<UnsavedWriter> logger
) : PeriodicLoop(TimeSpan.FromSeconds(1), TimeProvider.System, logger)
{
    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    /// <summary>Not by the injected time: the world outside does not stand still with it.</summary>
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
                // The others would wait for the same in vain.
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotWritten(unsaved.GetType().Name, error);
            }
        }
    }

    [LoggerMessage(1433, LogLevel.Information, "The database takes changes again: {What} wrote what had waited")]
    private partial void LogWritten(string what);

    [LoggerMessage(1434, LogLevel.Error, "{What} could not write what waits; it is tried again")]
    private partial void LogNotWritten(string what, Exception error);
}
