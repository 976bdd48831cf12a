namespace RecOps.Server.Hosting.Lifetime;

/// <summary>
/// Notices when the host stops because one of its services failed. The host only logs it, and exits as if it had been asked to stop.
/// </summary>
internal sealed class FaultWatch(IServiceProvider services, IHostApplicationLifetime lifetime, StartFailure failure)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        BackgroundService[] watched = [.. services.GetServices<IHostedService>().OfType<BackgroundService>()];

        // Services are only told to stop after all listeners here have been called.
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
