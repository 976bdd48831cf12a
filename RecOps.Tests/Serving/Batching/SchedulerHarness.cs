using RecOps.Serving.Batching;
using Xunit;

namespace RecOps.Tests.Serving.Batching;

/// <summary>Performs random actions on a scheduler in virtual time, and checks the invariants after each.</summary>
internal sealed class SchedulerHarness
{
    private const int MaxQueue = 12;
    private readonly Random _random;
    private readonly BatchLimits _limits;
    private readonly BatchLog _log = new();
    private readonly BatchScheduler<Question> _scheduler;
    private readonly List<(Question Job, ValueTask<BatchOutcome> Task)> _submitted = [];
    private readonly HashSet<Question> _ran = [];
    private long _now = 1;

    public SchedulerHarness(Random random, bool independentLanes)
    {
        _random = random;
        int lanes = _random.Next(1, 4);
        _limits = new BatchLimits(lanes, independentLanes, 6, [1, 2, 4, 8], MaxQueue, MaxWait: 100, Slo: 1000, Second: 10_000);
        _scheduler = new BatchScheduler<Question>(new BatchPolicy(), _limits, _log);
        foreach (int count in new[] { 1, 2, 4, 6 })
            _scheduler.Learn(count, 40 + (10 * count));
    }

    public void Step()
    {
        CompletedJobs<Question> completed = default;
        bool ended = false;
        switch (_random.Next(10))
        {
            case < 5:
                Submit(ref completed);
                break;
            case < 7:
                ended = EndOne(ref completed);
                break;
            case < 8 when _submitted.Count > 0:
                _scheduler.Withdraw(_submitted[_random.Next(_submitted.Count)].Job, BatchOutcome.Cancelled, ref completed);
                break;
            default:
                _now += _random.Next(1, 60);
                break;
        }

        Start(ended, ref completed);
        completed.Tell();
        Check();
    }

    /// <summary>Completes everything and checks that every job was answered.</summary>
    public void Finish()
    {
        while (true)
        {
            CompletedJobs<Question> completed = default;
            _now++;
            bool ended = EndOne(ref completed);
            Start(ended, ref completed);
            completed.Tell();
            if (!ended && _scheduler.Waiting == 0)
                break;
        }

        Assert.All(_submitted, pair => Assert.True(pair.Task.IsCompleted));
        foreach ((Question job, ValueTask<BatchOutcome> task) in _submitted)
        {
            BatchOutcome outcome = task.Result;
            Assert.Equal(outcome == BatchOutcome.Completed, job.IsRight && job.Answer != 0);
            if (outcome != BatchOutcome.Completed)
                Assert.DoesNotContain(job, _ran);
        }
    }

    private void Submit(ref CompletedJobs<Question> completed)
    {
        int number = _submitted.Count + 1;
        ulong? key = _random.Next(3) == 0 ? (ulong)_random.Next(4) : null;
        var job = new Question(key is null ? number : 1_000_000 + (int)key, key);
        job.Prepare(_now + _random.Next(-5, 600));
        _submitted.Add((job, new ValueTask<BatchOutcome>(job, job.Version)));
        if (_scheduler.Admit(job, _now, ref completed) is { } refused)
            completed.Add(job, refused);
    }

    private bool EndOne(ref CompletedJobs<Question> completed)
    {
        foreach (BatchLane<Question> lane in _scheduler.Lanes)
        {
            if (!lane.IsBusy)
                continue;
            foreach (Question job in lane.Jobs)
                job.Answer = job.Number * 2;
            _scheduler.Complete(lane, _now, null, ref completed);
            return true;
        }

        return false;
    }

    private void Start(bool afterBatch, ref CompletedJobs<Question> completed)
    {
        while (_scheduler.TryStart(_now, afterBatch, ref completed) is { } lane)
        {
            Assert.InRange(lane.Count, 1, _limits.MaxBatch);
            long latest = 0;
            foreach (Question job in lane.Jobs)
            {
                Assert.True(_ran.Add(job), "A job ran twice.");
                Assert.True(job.Deadline > _now, "An expired job reached the device.");
                Assert.True(job.Deadline >= latest, "A later deadline went first within a batch.");
                latest = job.Deadline;
            }

            Assert.All(
                _submitted.Where(pair => pair.Job.State == JobState.Queued),
                pair => Assert.True(pair.Job.Deadline >= latest, "A job was left behind for one with a later deadline.")
            );
        }
    }

    private void Check()
    {
        Assert.InRange(_scheduler.Waiting, 0, MaxQueue);
        Assert.Equal(_scheduler.Waiting, _submitted.Count(pair => pair.Job.State == JobState.Queued));
        if (_scheduler.BusyLanes == 0 || (_limits.IndependentLanes && _scheduler.BusyLanes < _limits.Lanes))
            Assert.Equal(0, _scheduler.Waiting);
        if (_scheduler.BusyLanes < _limits.Lanes)
        {
            Assert.All(
                _submitted.Where(pair => pair.Job.State == JobState.Queued),
                pair => Assert.True(_now - pair.Job.Enqueued < _limits.MaxWait, "A job waited too long beside a free lane.")
            );
        }

        Assert.All(
            _submitted.Where(pair => pair.Job.State is JobState.Queued or JobState.Following),
            pair => Assert.True(pair.Job.Deadline > _now, "A job outlived its deadline.")
        );
        Assert.All(
            _submitted.Where(pair => pair.Job.State == JobState.Idle),
            pair => Assert.True(pair.Task.IsCompleted, "A job is nowhere.")
        );
    }
}
