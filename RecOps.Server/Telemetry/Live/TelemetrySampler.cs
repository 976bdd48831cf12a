using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Telemetry.Alerts;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Machine;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Server.Telemetry.Slo;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Retrieval;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Live;

/// <summary>Once a second: closes the second, stores it and sends it to all watchers.</summary>
internal sealed class TelemetrySampler(
    ServingMetrics metrics,
    BatchingMetrics batching,
    RetrievalMetrics retrieval,
    ResultCache cache,
    ProcessReader process,
    DeviceReader devices,
    Timeline timeline,
    TimelineKeeping keeping,
    TelemetryFeed feed,
    ServerStateReader server,
    SloReader slo,
    AlertBoard alerts,
    TimeProvider time,
    ILogger<TelemetrySampler> logger
) : PeriodicLoop(TimeSpan.FromSeconds(1), time, logger)
{
    private DateTimeOffset? _last;

    protected override Task TickAsync(CancellationToken stoppingToken)
    {
        CloseSecond();
        return Task.CompletedTask;
    }

    private void CloseSecond()
    {
        TelemetrySlice second = metrics.TakeSecond();
        _last = SecondLabel.Of(second.Start, _last);
        ProcessState machine = process.Read();
        ServerState? state = server.Read(machine);
        DateTimeOffset now = Time.GetUtcNow();
        StatusSnapshot? status = state is null ? null : new StatusSnapshot(state, slo.Recent(now), alerts.Firing(now));
        second = second with
        {
            Start = _last.Value,
            Batching = batching.TakeSecond() with
            {
                MaxWaiting = state?.Load?.Waiting ?? 0,
                Lanes = state?.Load?.Lanes ?? 1,
                MaxComputing = state?.Load?.Computing ?? 0,
                ComputingLimit = state?.Load?.ComputingLimit ?? 0,
            },
            Retrieval = retrieval.TakeSecond(),
            Caching = cache.IsEnabled ? cache.TakeSecond() : null,
            Process = machine,
            Devices = devices.Read(),
            Status = status,
        };
        keeping.Keep(second, timeline.Add(second));
        feed.Publish(
            status is null
                ? null
                : new TelemetrySnapshot(now, TelemetryWindows.Of([second]), timeline.LatestWindow(Timeline.MinuteSeconds)!, status.Server)
                {
                    Slo = status.Slo,
                    Alerts = status.Alerts,
                }
        );
    }
}
