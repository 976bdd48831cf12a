namespace RecOps.Server.Hosting;

/// <summary>
/// Notices that the host stops because one of its services failed. The host says so in its log alone, and ends as if it had been asked to.
/// </summary>
internal sealed class FaultWatch(IServiceProvider services, IHostApplicationLifetime lifetime, StartFailure failure)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        BackgroundService[] watched = [.. services.GetServices<IHostedService>().OfType<BackgroundService>()];

        // Services are not told to stop before all who listen here have been told.
        lifetime.ApplicationStopping.Register(() => Look(watched));
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Look(BackgroundService[] watched)
    {
        foreach (BackgroundService service in watched)
        {
            if (service.ExecuteTask is not { IsFaulted: true } and not { IsCanceled: true })
                continue;
            failure.ReportFault(
                $"{service.GetType().Name} failed: {service.ExecuteTask.Exception?.GetBaseException().ToString() ?? "it was cancelled."}"
            );
            return;
        }
    }
}
