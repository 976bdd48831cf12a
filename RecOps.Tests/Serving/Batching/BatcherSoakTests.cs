using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

public sealed class BatcherSoakTests
{
    private const int Callers = 16;
    private const int SubmissionsEach = 2000;

    /// <summary>Real threads and time; jobs are reused, some shared, some urgent, some cancelled.</summary>
    [Fact]
    public async Task Submit_ManyCallersAtOnce_EachAnsweredOnceAndRightly()
    {
        using var device = new GatedDevice(lanes: 2) { Open = true };
        var log = new BatchLog();
        var batcher = new AdaptiveBatcher<Question>(
            device,
            new BatchingOptions { MaxQueue = 10 },
            TimeSpan.FromSeconds(1),
            log,
            TimeProvider.System
        );
        var outcomes = new int[Enum.GetValues<BatchOutcome>().Length];

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(batcher, caller, outcomes))));
        await batcher.DisposeAsync();

        int ran = device.Runs.Sum(run => run.Length);
        Assert.Equal(Callers * SubmissionsEach, outcomes.Sum());
        Assert.Equal(outcomes[(int)BatchOutcome.Completed], ran + log.Shared);
        Assert.Equal(0, outcomes[(int)BatchOutcome.Failed]);
        Assert.Equal(0, batcher.Waiting);
    }

    private static async Task CallAsync(AdaptiveBatcher<Question> batcher, int caller, int[] outcomes)
    {
        var random = new Random(caller);
        var job = new Question();
        for (int i = 0; i < SubmissionsEach; i++)
        {
            using var cancel = new CancellationTokenSource();
            job.Key = random.Next(2) == 0 ? (ulong)random.Next(3) : null;
            job.Number = job.Key is { } key ? 1 + (int)key : random.Next(100, 1_000_000);
            job.Answer = 0;
            long deadline =
                TimeProvider.System.GetTimestamp() + (TimeProvider.System.TimestampFrequency / (random.Next(4) == 0 ? 50_000 : 1));
            bool cancelled = random.Next(4) == 0;
            ValueTask<BatchOutcome> task = batcher.SubmitAsync(job, deadline, cancelled ? cancel.Token : default);
            if (cancelled)
                await cancel.CancelAsync();
            BatchOutcome outcome = await task;
            Assert.Equal(outcome == BatchOutcome.Completed, job.IsRight);
            Interlocked.Increment(ref outcomes[(int)outcome]);
        }
    }
}
