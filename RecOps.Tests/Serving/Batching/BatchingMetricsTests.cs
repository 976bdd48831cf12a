using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

public sealed class BatchingMetricsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public void TakeSecond_SomeBatches_TheirFiguresOnce()
    {
        using var metrics = new BatchingMetrics(_time, _services.GetRequiredService<IMeterFactory>());
        metrics.BatchEnded(new BatchRecord(BatchReason.Idle, 1, 1, 0, Ms(90), Ms(100), false));
        metrics.BatchEnded(new BatchRecord(BatchReason.Full, 6, 8, Ms(5), Ms(110), Ms(200), false));
        metrics.JobShed(BatchOutcome.Hopeless);
        metrics.ResultShared();
        _time.Advance(TimeSpan.FromSeconds(1));

        BatchingSecond second = metrics.TakeSecond();

        Assert.Equal(2, second.Batches);
        Assert.Equal(1, second.BatchesByReason[(int)BatchReason.Full]);
        Assert.Equal(3.5, second.MeanSize);
        Assert.Equal(2 / 9.0, second.PaddingShare, 6);
        Assert.Equal(100, second.MeanPredictedMs, 6);
        Assert.Equal(150, second.MeanActualMs, 6);
        Assert.Equal(0.15, second.BusyShare(lanes: 2), 6);
        Assert.Equal(1, second.Shed(BatchOutcome.Hopeless));
        Assert.Equal(1, second.SharedResults);
        Assert.Equal(0, metrics.TakeSecond().Batches);
    }

    public void Dispose() => _services.Dispose();

    private long Ms(int milliseconds) => milliseconds * _time.TimestampFrequency / 1000;
}
