using RecOps.Bench.Processes;
using RecOps.Shared;

namespace RecOps.Bench.Load;

/// <summary>A server under load, and its load generator.</summary>
/// <param name="generatorCpus">See <see cref="CpuPinning"/>.</param>
internal sealed class RunningServer(ServerProcess process, string? generatorCpus) : IAsyncDisposable
{
    /// <summary>Its name in OpenTelemetry's runtime instrumentation.</summary>
    public const string AllocatedBytes = "dotnet_gc_heap_total_allocated_bytes_total";

    // The exporter caches what it collected for 300 ms, and receives durations when their second is over.
    private static readonly TimeSpan MetricsAge = TimeSpan.FromMilliseconds(1400);

    public ServerProcess Process => process;

    /// <param name="withMetrics">False leaves out what needs calls to the server: its metrics and its allocations.</param>
    public async Task<MeasuredLoad> LoadAsync(LoadPlan plan, CancellationToken cancellation, bool withMetrics = true)
    {
        string before = withMetrics ? await MetricsAsync(cancellation) : "";
        TimeSpan cpuBefore = process.Usage.Cpu;
        LoadResult result = await LoadProcess.RunAsync(plan with { Server = process.Address }, generatorCpus, cancellation);
        TimeSpan cpu = process.Usage.Cpu - cpuBefore;
        string after = withMetrics ? await MetricsAsync(cancellation) : "";
        double allocated = PrometheusText.Sum(after, AllocatedBytes) - PrometheusText.Sum(before, AllocatedBytes);
        return new MeasuredLoad(result, cpu, allocated, (before, after));
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task<string> MetricsAsync(CancellationToken cancellation)
    {
        await Task.Delay(MetricsAge, cancellation);
        return await process.GetAsync(Routes.Metrics, cancellation);
    }
}
