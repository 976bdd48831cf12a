using RecOps.Server.Models;

namespace RecOps.Server.Clusters;

/// <summary>Brings what happened into the clusters' popular lists once a second, and writes the estimate of next visitors down now and then.</summary>
internal sealed class ClusterClock(ActiveModel active, VisitorFile file, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Writing = TimeSpan.FromMinutes(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (active.TryGet(out ServingModel? model)) file.Write(model);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        DateTimeOffset written = time.GetUtcNow();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (!active.TryGet(out ServingModel? model)) continue;
                model.Clusters.Popular.Refresh();
                if (time.GetUtcNow() - written < Writing) continue;
                written = time.GetUtcNow();
                file.Write(model);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shut down.
        }
    }
}
