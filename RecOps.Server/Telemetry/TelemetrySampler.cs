using RecOps.Server.Batching;
using RecOps.Server.Caching;
using RecOps.Server.Retrieval;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>Once a second: closes the second, keeps it and tells everyone who watches.</summary>
internal sealed class TelemetrySampler(
    ServingMetrics metrics, BatchingMetrics batching, RetrievalMetrics retrieval, ResultCache cache, TelemetryRing ring, TelemetryFeed feed, ServerStateReader server, TimeProvider time) : BackgroundService
{
    private const int MinuteSeconds = 60;
    private DateTimeOffset? _last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) CloseSecond();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shut down.
        }
    }

    private void CloseSecond()
    {
        TelemetrySecond second = metrics.TakeSecond();
        _last = SecondLabel.Of(second.Start, _last);
        ring.Add(second with
        {
            Start = _last.Value,
            Batching = batching.TakeSecond(),
            Retrieval = retrieval.TakeSecond(),
            Caching = cache.IsEnabled ? cache.TakeSecond() : null,
        });
        feed.Publish(server.Read() is { } state
            ? new TelemetrySnapshot(time.GetUtcNow(), ring.Latest(1)!, ring.Latest(MinuteSeconds)!, state)
            : null);
    }
}
