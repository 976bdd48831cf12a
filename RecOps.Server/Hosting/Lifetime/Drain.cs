using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Health;

namespace RecOps.Server.Hosting.Lifetime;

/// <summary>Turns readiness off before the server stops listening.</summary>
internal sealed class Drain(IHostApplicationLifetime lifetime, IOptions<HostingOptions> options, TimeProvider time)
    : IHostedLifecycleService,
        IReadiness
{
    public bool Started { get; private set; }

    public HealthCheck Check() => HealthCheck.Of("shutdown", !Started, Started ? "The server is shutting down." : "Not shutting down.");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => Started = true);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Started = true;

        // No traffic to drain: the server never listened.
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return;
        await Task.Delay(TimeSpan.FromSeconds(options.Value.DrainSeconds), time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
