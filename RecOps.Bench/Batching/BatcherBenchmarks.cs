using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>The batcher's own cost, with a device that does nothing.</summary>
[MemoryDiagnoser]
public class BatcherBenchmarks : IDisposable
{
    private const int Submissions = 40_000;
    private readonly NullJob _job = new(null);
    private readonly NullJob _shareable = new(7);
    private readonly CancellationTokenSource _cancellation = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private BatchingMetrics _metrics = null!;
    private AdaptiveBatcher<NullJob> _batcher = null!;

    [Params(1, 4)]
    public int Lanes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _metrics = new BatchingMetrics(TimeProvider.System, _services.GetRequiredService<IMeterFactory>());
        _batcher = new AdaptiveBatcher<NullJob>(
            new NullDevice(Lanes),
            new BatchingOptions(),
            TimeSpan.FromMilliseconds(50),
            _metrics,
            TimeProvider.System
        );
    }

    [GlobalCleanup]
    public void Cleanup() => Dispose();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>One caller: the device is idle and the job runs on the caller's thread.</summary>
    [Benchmark(Baseline = true)]
    public async Task Idle() => await _batcher.SubmitAsync(_job, long.MaxValue);

    /// <summary>The same with a key that other jobs could share.</summary>
    [Benchmark]
    public async Task IdleShareable() => await _batcher.SubmitAsync(_shareable, long.MaxValue);

    /// <summary>The same with a caller that may cancel.</summary>
    [Benchmark]
    public async Task IdleCancellable() => await _batcher.SubmitAsync(_job, long.MaxValue, _cancellation.Token);

    /// <summary>Eight concurrent callers on the thread pool; time and bytes are per job.</summary>
    [Benchmark(OperationsPerInvoke = Submissions)]
    public Task Contended() => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(CallAsync)));

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _batcher.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _metrics.Dispose();
        _services.Dispose();
        _cancellation.Dispose();
    }

    private async Task CallAsync()
    {
        var job = new NullJob(null);
        for (int i = 0; i < Submissions / 8; i++)
            await _batcher.SubmitAsync(job, long.MaxValue);
    }

    private sealed class NullJob(ulong? key) : BatchJob<NullJob>
    {
        public override bool IsShareable => key is not null;

        public override ulong KeyHash => key!.Value;

        public override bool KeyEquals(NullJob other) => KeyHash == other.KeyHash;
    }

    private sealed class NullDevice(int lanes) : IBatchDevice<NullJob>
    {
        public int Lanes => lanes;

        public bool IndependentLanes => true;

        public int MaxBatch => 64;

        public int PaddedSize(int count) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);

        public void Run(int lane, ReadOnlySpan<NullJob> jobs) { }
    }
}
