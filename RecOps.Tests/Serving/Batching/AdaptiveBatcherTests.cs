using RecOps.Serving.Batching;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

public sealed class AdaptiveBatcherTests : BatcherTest
{
    [Fact]
    public void Submit_DeviceIdle_RunsOnTheCallersThread()
    {
        Device.Open = true;
        var job = new Question(21);

        ValueTask<BatchOutcome> task = Batcher.SubmitAsync(job, long.MaxValue, TestContext.Current.CancellationToken);

        Assert.True(task.IsCompletedSuccessfully);
        Assert.Equal(42, job.Answer);
        Assert.Equal(BatchReason.Idle, Assert.Single(Log.Batches).Reason);
    }

    [Fact]
    public async Task Submit_DeviceBusy_WaitersLeaveTogetherWhenItIsReady()
    {
        Task<BatchOutcome> first = await OccupyAsync();
        Question[] jobs = [new(1), new(2), new(3)];
        Task<BatchOutcome>[] waiting = [.. jobs.Select(job => Submit(job))];

        Device.Let(2);

        Assert.All(await Task.WhenAll([first, .. waiting]), outcome => Assert.Equal(BatchOutcome.Completed, outcome));
        Assert.All(jobs, job => Assert.True(job.IsRight));
        Assert.Equal(
            [
                [-1],
                [1, 2, 3],
            ],
            Device.Runs
        );
        Assert.Equal(BatchReason.DeviceReady, Log.Batches.Last().Reason);
    }

    [Fact]
    public async Task Submit_MoreThanABatchHolds_EarliestDeadlinesFirst()
    {
        Device = new GatedDevice(maxBatch: 2);
        await OccupyAsync();
        Task<BatchOutcome>[] waiting =
        [
            Submit(new Question(1), 400),
            Submit(new Question(2), 200),
            Submit(new Question(3), 300),
            Submit(new Question(4), 100),
        ];

        Device.Let(3);
        await Task.WhenAll(waiting);

        Assert.Equal(
            [
                [-1],
                [4, 2],
                [3, 1],
            ],
            Device.Runs
        );
        Assert.Equal(BatchReason.Full, Log.Batches.ElementAt(1).Reason);
    }

    [Fact]
    public async Task Submit_DeadlineHasPassed_ExpiredWithoutRunning()
    {
        Assert.Equal(BatchOutcome.Expired, await Submit(new Question(), deadlineMs: 0));
        Assert.Empty(Device.Runs);
    }

    [Fact]
    public async Task Submit_DeadlinePassesInTheQueue_ExpiresWhileTheDeviceIsStillBusy()
    {
        await OccupyAsync();
        Task<BatchOutcome> waiting = Submit(new Question(1), deadlineMs: 30);

        Time.Advance(TimeSpan.FromMilliseconds(31));

        Assert.Equal(BatchOutcome.Expired, await waiting);
        Assert.Equal(0, Batcher.Waiting);
    }

    [Fact]
    public async Task Submit_CannotBeInTimeEvenAlone_ShedBeforeTheDevice()
    {
        for (int i = 0; i < 10; i++)
            Batcher.Learn(1, TimeSpan.FromMilliseconds(50));
        await OccupyAsync();

        Assert.Equal(BatchOutcome.Hopeless, await Submit(new Question(1), deadlineMs: 80));
        Assert.Equal([BatchOutcome.Hopeless], Log.Shed);
    }

    [Fact]
    public async Task Submit_LooksHopelessOnAnIdleDevice_TriedAllTheSame()
    {
        for (int i = 0; i < 10; i++)
            Batcher.Learn(1, TimeSpan.FromMilliseconds(50));
        Device.Open = true;

        Assert.Equal(BatchOutcome.Completed, await Submit(new Question(1), deadlineMs: 10));
    }

    [Fact]
    public void ServiceTimes_SizesThatRan_AsMeasuredHoweverLongAgo()
    {
        foreach (double ms in new[] { 20.0, 30, 40 })
            Batcher.Learn(4, TimeSpan.FromMilliseconds(ms));
        for (int i = 0; i < 3000; i++)
            Batcher.Learn(1, TimeSpan.FromMilliseconds(50));

        ServiceTime[] times = Batcher.ServiceTimes();

        Assert.Equal([(1, 50, 3000), (4, 30, 3)], times.Select(time => (time.Size, (int)Math.Round(time.Ms), time.Batches)));
        Assert.InRange(times[1].PlannedMs, 40, 60);
    }

    [Fact]
    public async Task Submit_QueueFull_RejectedUntilThereIsRoom()
    {
        Options.MaxQueue = 2;
        await OccupyAsync();
        using var cancel = new CancellationTokenSource();
        Task<BatchOutcome> first = SubmitCancellable(new Question(1), cancel.Token);
        _ = Submit(new Question(2));

        Assert.Equal(BatchOutcome.Rejected, await Submit(new Question(3)));
        await cancel.CancelAsync();
        Assert.Equal(BatchOutcome.Cancelled, await first);
        Task<BatchOutcome> fourth = Submit(new Question(4));
        Device.Let(2);

        Assert.Equal(BatchOutcome.Completed, await fourth);
        Assert.Equal(
            [
                [-1],
                [2, 4],
            ],
            Device.Runs
        );
    }

    [Fact]
    public async Task Submit_DeviceFails_ExactlyItsJobsFail()
    {
        Device.Poison = 2;
        Task<BatchOutcome> first = await OccupyAsync();
        Question[] jobs = [new(1), new(2)];
        Task<BatchOutcome>[] poisoned = [.. jobs.Select(job => Submit(job))];
        Device.Let();
        await Device.EnteredAsync();
        Task<BatchOutcome> later = Submit(new Question(3));
        Device.Let(2);

        Assert.All(await Task.WhenAll(poisoned), outcome => Assert.Equal(BatchOutcome.Failed, outcome));
        Assert.All(jobs, job => Assert.IsType<InvalidOperationException>(job.Error));
        Assert.Equal(BatchOutcome.Completed, await first);
        Assert.Equal(BatchOutcome.Completed, await later);
    }

    [Fact]
    public async Task Submit_JobUsedAgain_OldTaskDoesNotAnswerForIt()
    {
        await OccupyAsync();
        var job = new Question(1);
        ValueTask<BatchOutcome> old = Batcher.SubmitAsync(job, long.MaxValue, TestContext.Current.CancellationToken);
        Device.Let(2);
        Assert.Equal(BatchOutcome.Completed, await old);

        Device.Open = true;
        job.Number = 5;
        Assert.Equal(BatchOutcome.Completed, await Submit(job));

        Assert.True(job.IsRight);
        Assert.Throws<InvalidOperationException>(() => old.Result);
    }

    [Fact]
    public async Task Dispose_JobsWait_TheyAreCancelledAndTheRunningBatchIsWaitedFor()
    {
        Task<BatchOutcome> running = await OccupyAsync();
        Task<BatchOutcome> waiting = Submit(new Question(1));

        Task closing = Batcher.DisposeAsync().AsTask();

        Assert.Equal(BatchOutcome.Cancelled, await waiting);
        Assert.False(closing.IsCompleted);
        Device.Let();
        await closing;
        Assert.Equal(BatchOutcome.Completed, await running);
        Assert.Equal(BatchOutcome.Cancelled, await Submit(new Question(2)));
    }

    [Fact]
    public async Task Submit_BatchingOff_EachRunsAlone()
    {
        Options.Enabled = false;
        await OccupyAsync();
        Task<BatchOutcome>[] waiting = [Submit(new Question(1)), Submit(new Question(2))];
        Device.Let(3);
        await Task.WhenAll(waiting);

        Assert.Equal(
            [
                [-1],
                [1],
                [2],
            ],
            Device.Runs
        );
    }
}
