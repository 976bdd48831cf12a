using System.Data.Common;
using Microsoft.EntityFrameworkCore;
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
                catch (Exception error) when (error is DbException or DbUpdateException or InvalidOperationException)
                {
                    LogTrouble(error.GetBaseException().Message);
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
}
