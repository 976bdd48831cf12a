using RecOps.Server.Storage;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Publishes what was scheduled when its time comes.</summary>
internal sealed partial class ScheduledPublishing(IServiceScopeFactory scopes, DatabaseState state, TimeProvider time, ILogger<ScheduledPublishing> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!state.Ready.IsCompleted) continue;
                try
                {
                    await using AsyncServiceScope scope = scopes.CreateAsyncScope();
                    await scope.ServiceProvider.GetRequiredService<Publications>().PublishDueAsync();
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested)
                {
                    // Whatever it was: what is scheduled after it must not wait for a restart.
                    if (DatabaseFailure.IsUnavailable(error)) LogTrouble(DatabaseFailure.ReasonOf(error));
                    else LogFailed(error);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shut down.
        }
    }

    [LoggerMessage(1831, LogLevel.Warning, "Scheduled rules could not be looked at ({Reason}); it is tried again")]
    private partial void LogTrouble(string reason);

    [LoggerMessage(1832, LogLevel.Error, "Scheduled rules could not be published; it is tried again")]
    private partial void LogFailed(Exception error);
}
