using RecOps.Server.Hosting.Lifetime;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;

namespace RecOps.Server.Clusters;

/// <summary>
/// Once a second, feeds new events into every model's popular lists, tells the other replicas, and saves what a restart needs.
/// </summary>
internal sealed class ClusterClock(
    ActiveModel active,
    VisitorFile visitors,
    PopularFile popular,
    SharedPopularity shared,
    TimeProvider time,
    ILogger<ClusterClock> logger
) : PeriodicLoop(TimeSpan.FromSeconds(1), time, logger)
{
    private static readonly TimeSpan WritingVisitors = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WritingPopular = TimeSpan.FromMinutes(1);
    private DateTimeOffset _visitorsAt = time.GetUtcNow();
    private DateTimeOffset _popularAt = time.GetUtcNow();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!active.TryGet(out ServingModel? model))
            return;
        visitors.Write(model);
        WriteDown(model);
    }

    protected override async Task TickAsync(CancellationToken stoppingToken)
    {
        await shared.ExchangeAsync();
        foreach (ServingModel model in active.Live)
            model.Refresh();
        if (!active.TryGet(out ServingModel? current))
            return;
        DateTimeOffset now = Time.GetUtcNow();
        if (now - _popularAt >= WritingPopular)
        {
            _popularAt = now;
            WriteDown(current);
        }

        if (now - _visitorsAt < WritingVisitors)
            return;
        _visitorsAt = now;
        visitors.Write(current);
    }

    private void WriteDown(ServingModel model)
    {
        byte[] snapshot = PopularSnapshot.Of(model, Time.GetUtcNow());
        popular.Write(snapshot);
        shared.Leave(snapshot);
    }
}
