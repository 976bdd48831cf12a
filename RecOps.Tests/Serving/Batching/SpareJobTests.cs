using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

/// <summary>Jobs that nobody waits for.</summary>
public sealed class SpareJobTests
{
    private const long Far = 1_000_000;
    private long _now = 1;

    [Fact]
    public void TryStart_OnlySpareJobs_RunAsSpare()
    {
        BatchScheduler<Question> scheduler = Create(lanes: 1);
        Admit(scheduler, Spare(1));
        Admit(scheduler, Spare(2));

        BatchLane<Question> lane = Start(scheduler)!;

        Assert.Equal(BatchReason.Spare, lane.Reason);
        Assert.Equal([1, 2], lane.Jobs.ToArray().Select(job => job.Number));
        Assert.Equal(0, scheduler.Waiting);
    }

    [Fact]
    public void TryStart_SomeoneWaits_SpareJobsOnlyWhereTheBatchWouldBePadded()
    {
        BatchScheduler<Question> scheduler = Create(lanes: 1);
        for (int i = 1; i <= 5; i++)
            Admit(scheduler, Spare(i));
        for (int i = 11; i <= 13; i++)
            Admit(scheduler, Urgent(i));

        BatchLane<Question> lane = Start(scheduler)!;

        Assert.Equal([11, 12, 13, 1], lane.Jobs.ToArray().Select(job => job.Number));
        Assert.NotEqual(BatchReason.Spare, lane.Reason);
    }

    [Fact]
    public void TryStart_RequestsCome_HalfOfTheLanesStayFree()
    {
        BatchScheduler<Question> scheduler = Create(lanes: 4);
        for (int i = 1; i <= 4; i++)
        {
            Admit(scheduler, Urgent(i));
            End(scheduler, Start(scheduler)!);
        }

        for (int i = 10; i < 60; i++)
            Admit(scheduler, Spare(i));

        Assert.NotNull(Start(scheduler));
        Assert.NotNull(Start(scheduler));
        Assert.Null(Start(scheduler));
        Admit(scheduler, Urgent(5));
        Assert.Equal(5, Start(scheduler)!.Jobs[0].Number);
    }

    [Fact]
    public void TryStart_NobodyCame_AllLanes()
    {
        BatchScheduler<Question> scheduler = Create(lanes: 4);
        for (int i = 10; i < 60; i++)
            Admit(scheduler, Spare(i));

        for (int i = 0; i < 4; i++)
            Assert.NotNull(Start(scheduler));
        Assert.Null(Start(scheduler));
    }

    [Fact]
    public async Task Admit_RequestForWhatASpareJobIsToCompute_TheJobHurries()
    {
        BatchScheduler<Question> scheduler = Create(lanes: 1);
        Admit(scheduler, Urgent(1));
        BatchLane<Question> running = Start(scheduler)!;
        for (int i = 10; i < 15; i++)
            Admit(scheduler, Spare(i));
        Question shared = Spare(20, key: 7),
            follower = Urgent(20, key: 7);
        Admit(scheduler, shared);
        Admit(scheduler, follower);
        Assert.Equal(1, scheduler.Waiting);

        End(scheduler, running);
        BatchLane<Question> next = Start(scheduler)!;
        Assert.Same(shared, next.Jobs[0]);
        var answer = new ValueTask<BatchOutcome>(follower, follower.Version);
        End(scheduler, next);

        Assert.Equal(BatchOutcome.Completed, await answer);
        Assert.True(follower.IsRight);
    }

    [Fact]
    public void Admit_TooMany_RejectedAndRequestsAreNot()
    {
        BatchScheduler<Question> scheduler = Create(lanes: 1);
        Admit(scheduler, Urgent(1));
        Assert.NotNull(Start(scheduler));
        for (int i = 0; i < SpareJobs<Question>.MaxWaiting; i++)
            Admit(scheduler, Spare(i));

        Assert.Equal(BatchOutcome.Rejected, TryAdmit(scheduler, Spare(1000)));
        Assert.Null(TryAdmit(scheduler, Urgent(2)));
    }

    private static BatchScheduler<Question> Create(int lanes)
    {
        var limits = new BatchLimits(lanes, true, 4, [1, 2, 4], 12, MaxWait: 100, Slo: 1000, Second: 10_000);
        var scheduler = new BatchScheduler<Question>(new BatchPolicy(), limits, new BatchLog());
        foreach (int count in new[] { 1, 2, 4 })
            scheduler.Learn(count, 10 + count);
        return scheduler;
    }

    private static Question Spare(int number, ulong? key = null)
    {
        var job = new Question(number, key) { IsSpare = true };
        job.Prepare(Far);
        return job;
    }

    private Question Urgent(int number, ulong? key = null)
    {
        var job = new Question(number, key);
        job.Prepare(_now + 900);
        return job;
    }

    private void Admit(BatchScheduler<Question> scheduler, Question job) => Assert.Null(TryAdmit(scheduler, job));

    private BatchOutcome? TryAdmit(BatchScheduler<Question> scheduler, Question job)
    {
        CompletedJobs<Question> completed = default;
        return scheduler.Admit(job, _now, ref completed);
    }

    private BatchLane<Question>? Start(BatchScheduler<Question> scheduler)
    {
        CompletedJobs<Question> completed = default;
        BatchLane<Question>? lane = scheduler.TryStart(_now, true, ref completed);
        completed.Tell();
        return lane;
    }

    private void End(BatchScheduler<Question> scheduler, BatchLane<Question> lane)
    {
        _now += 12;
        CompletedJobs<Question> completed = default;
        foreach (Question job in lane.Jobs)
            job.Answer = job.Number * 2;
        scheduler.Complete(lane, _now, null, ref completed);
        completed.Tell();
    }
}
