using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Batching;

namespace RecOps.Tests.Serving.Batching;

/// <summary>A batcher over a gated device, in virtual time.</summary>
public abstract class BatcherTest : IAsyncDisposable
{
    // A lost job fails its test instead of blocking it for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private GatedDevice? _device;
    private AdaptiveBatcher<Question>? _batcher;

    private protected FakeTimeProvider Time { get; } = new();

    private protected BatchLog Log { get; } = new();

    private protected BatchingOptions Options { get; } = new();

    private protected GatedDevice Device
    {
        get => _device ??= new GatedDevice();
        set => _device = value;
    }

    private protected AdaptiveBatcher<Question> Batcher =>
        _batcher ??= new AdaptiveBatcher<Question>(Device, Options, TimeSpan.FromMilliseconds(1000), Log, Time);

    public async ValueTask DisposeAsync()
    {
        if (_device is { } device)
        {
            device.Open = true;
            device.Let(100);
        }

        if (_batcher is { } batcher)
            await batcher.DisposeAsync();
        _device?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<BatchOutcome> Submit(Question job, double deadlineMs = 1000) =>
        Batcher.SubmitAsync(job, In(deadlineMs), CancellationToken.None).AsTask().WaitAsync(Patience, CancellationToken.None);

    private protected Task<BatchOutcome> SubmitCancellable(Question job, CancellationToken cancellation) =>
        Batcher.SubmitAsync(job, In(1000), cancellation).AsTask().WaitAsync(Patience, CancellationToken.None);

    /// <summary>Occupies a lane with a job of its own until the test releases it.</summary>
    private protected async Task<Task<BatchOutcome>> OccupyAsync(Question? job = null)
    {
        // Created here, so that no two threads create one each.
        _ = Batcher;
        Task<BatchOutcome> running = Task.Run(() => Submit(job ?? new Question(-1), 1_000_000));
        await Device.EnteredAsync();
        return running;
    }

    private long In(double milliseconds) => Time.GetTimestamp() + (long)(milliseconds * Time.TimestampFrequency / 1000);
}
