using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Serving.Batching;
using RecOps.Serving.Metrics;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry;

public sealed class ServingMetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();
    private readonly ServingMetrics _metrics;

    public ServingMetricsTests() =>
        _metrics = new ServingMetrics(
            _time,
            _services.GetRequiredService<IMeterFactory>(),
            Options.Create(new SloOptions { LatencyMs = 50 })
        );

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void TakeSecond_ManyThreads_EveryAnswerOnceAndPercentilesOfAll()
    {
        const int threads = 8;
        const int answers = 5_000;
        var seconds = new List<TelemetrySlice>();
        Task[] recording =
        [
            .. Enumerable
                .Range(0, threads)
                .Select(thread =>
                    Task.Run(() =>
                    {
                        for (int i = 0; i < answers; i++)
                            Record(1 + (((i * threads) + thread) % 100), degraded: i % 10 == 0);
                    })
                ),
        ];
        while (!Array.TrueForAll(recording, task => task.IsCompleted))
            seconds.Add(_metrics.TakeSecond());
        seconds.Add(_metrics.TakeSecond());

        TelemetryWindow all = TelemetryWindows.Of([.. seconds]);
        Assert.Equal((threads * answers, threads * answers / 10), (all.Sources[RecommendationSource.L1], all.Degraded));
        Assert.Equal(threads * answers / 2, all.Good);
        StageLatency total = all.Stages[^1];
        Assert.Equal(threads * answers, total.Count);
        Assert.InRange(total.P50Ms!.Value, 50 * 0.99, 50 * 1.01);
        Assert.InRange(total.P99Ms!.Value, 99 * 0.99, 99 * 1.01);
        Assert.Equal(0, all.Stages[0].Count);
    }

    [Fact]
    public void TakeSecond_OpenTelemetry_IsToldOfEachSample()
    {
        var told = new List<double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == "recops.stage.duration" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(
            (_, value, tags, _) =>
            {
                if (tags[0].Value is Stage.Total)
                    told.Add(value);
            }
        );
        listener.Start();
        for (int i = 0; i < 7; i++)
            Record(20, degraded: false);

        _metrics.TakeSecond();
        _metrics.TakeSecond();

        Assert.Equal(7, told.Count);
        Assert.All(told, seconds => Assert.InRange(seconds, 0.020 * 0.99, 0.020 * 1.01));
    }

    private void Record(long milliseconds, bool degraded) =>
        _metrics.RecordAnswer(new StageTicks { Total = milliseconds * _time.TimestampFrequency / 1000 }, RecommendationSource.L1, degraded);
}
