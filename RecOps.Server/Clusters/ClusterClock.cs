using RecOps.Server.Models;

namespace RecOps.Server.Clusters;

/// <summary>Brings what happened into the popular lists of every model once a second, tells the other replicas, and writes down what a restart is to know.</summary>
internal sealed class ClusterClock(ActiveModel active, VisitorFile visitors, PopularFile popular, SharedPopularity shared, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WritingVisitors = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WritingPopular = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!active.TryGet(out ServingModel? model)) return;
        visitors.Write(model);
        WriteDown(model);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        DateTimeOffset visitorsAt = time.GetUtcNow();
        DateTimeOffset popularAt = visitorsAt;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await shared.ExchangeAsync();
                foreach (ServingModel model in active.Live) Refresh(model);
                if (!active.TryGet(out ServingModel? current)) continue;
                DateTimeOffset now = time.GetUtcNow();
                if (now - popularAt >= WritingPopular)
                {
                    popularAt = now;
                    WriteDown(current);
                }

                if (now - visitorsAt < WritingVisitors) continue;
                visitorsAt = now;
                visitors.Write(current);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shut down.
        }
    }

    private static void Refresh(ServingModel model)
    {
        if (!model.Uses.TryBegin()) return;
        try
        {
            model.Clusters.Popular.Refresh();
            model.Popular.Refresh();
            model.Rules.RenewPins();
        }
        finally
        {
            model.Uses.End();
        }
    }

    private void WriteDown(ServingModel model)
    {
        byte[] snapshot = PopularSnapshot.Of(model, time.GetUtcNow());
        popular.Write(snapshot);
        shared.Leave(snapshot);
    }
}
