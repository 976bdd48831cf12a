using RecOps.Server.Hosting;
using RecOps.Server.Models;

namespace RecOps.Server.Clusters;

/// <summary>Brings what happened into the clusters' popular lists once a second, and writes the estimate of next visitors down now and then.</summary>
internal sealed class ClusterClock(ActiveModel active, VisitorFile file, TimeProvider time, ILogger<ClusterClock> logger)
    : PeriodicLoop(TimeSpan.FromSeconds(1), time, logger)
{
    private static readonly TimeSpan Writing = TimeSpan.FromMinutes(5);
    private DateTimeOffset _written = time.GetUtcNow();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (active.TryGet(out ServingModel? model)) file.Write(model);
    }

    protected override Task TickAsync(CancellationToken stoppingToken)
    {
        if (!active.TryGet(out ServingModel? model)) return Task.CompletedTask;
        model.Clusters.Popular.Refresh();
        DateTimeOffset now = Time.GetUtcNow();
        if (now - _written < Writing) return Task.CompletedTask;
        _written = now;
        file.Write(model);
        return Task.CompletedTask;
    }
}
