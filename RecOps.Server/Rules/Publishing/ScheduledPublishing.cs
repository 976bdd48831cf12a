using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Publishes scheduled rules when they are due.</summary>
internal sealed class ScheduledPublishing(
    IServiceScopeFactory scopes,
    DatabaseState state,
    TimeProvider time,
    ILogger<ScheduledPublishing> logger
) : PeriodicLoop(TimeSpan.FromSeconds(1), time, logger)
{
    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task TickAsync(CancellationToken stoppingToken)
    {
        if (!state.Ready.IsCompleted)
            return;
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Publications>().PublishDueAsync();
    }
}
