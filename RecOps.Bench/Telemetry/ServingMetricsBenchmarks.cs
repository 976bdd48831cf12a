using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using RecOps.Server.Telemetry;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Serving.Batching;
using RecOps.Serving.Metrics;
using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Telemetry;

/// <summary>The cost of counting and timing one answer, with metrics collected as on the server.</summary>
[MemoryDiagnoser]
public class ServingMetricsBenchmarks : IDisposable
{
    private const int Answers = 100_000;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private MeterProvider? _collected;
    private ServingMetrics _metrics = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _collected = Sdk.CreateMeterProviderBuilder().AddMeter("RecOps.*").AddPrometheusExporter().Build();
        _metrics = new ServingMetrics(TimeProvider.System, _services.GetRequiredService<IMeterFactory>(), Options.Create(new SloOptions()));
    }

    [GlobalCleanup]
    public void Cleanup() => Dispose();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Answers)]
    public void CachedList() => Record(new StageTicks { Rules = 3000, Total = 9000 }, RecommendationSource.L1);

    [Benchmark(OperationsPerInvoke = Answers)]
    public void ComputedList() =>
        Record(
            new StageTicks
            {
                Embedded = true,
                Computed = true,
                Embedding = 4000,
                Queue = 90_000,
                Retrieval = 120_000,
                Ranking = 150_000,
                Rules = 3000,
                Total = 380_000,
            },
            RecommendationSource.Computed
        );

    /// <summary>The same plus the work at the end of a second: merging, and reporting to OpenTelemetry.</summary>
    [Benchmark(OperationsPerInvoke = Answers)]
    public object CachedListAndItsSecond()
    {
        CachedList();
        return _metrics.TakeSecond();
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _metrics.Dispose();
        _collected?.Dispose();
        _services.Dispose();
    }

    private void Record(StageTicks ticks, string source) =>
        Parallel.For(
            0,
            Threads,
            new ParallelOptions { MaxDegreeOfParallelism = Threads },
            thread =>
            {
                // As on a server, no two answers in a row take the same time.
                StageTicks own = ticks;
                for (int i = 0; i < Answers; i++)
                {
                    own.Total = ticks.Total + (((i * 7919) + thread) & 8191);
                    _metrics.RecordAnswer(own, source, degraded: false);
                }
            }
        );
}
