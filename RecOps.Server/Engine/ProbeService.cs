using RecOps.Serving.Engine;

namespace RecOps.Server.Engine;

/// <summary>Probes the scheduling delay for as long as the server runs.</summary>
internal sealed class ProbeService(SchedulingProbe probe) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        probe.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        probe.Stop();
        return Task.CompletedTask;
    }
}
