namespace RecOps.Server.Batching;

/// <summary>
/// The state of a batcher without threads, clocks or timers: who waits, what runs, what was learnt. Everything happens at a time that
/// the caller names, so that the server and a simulation drive the same code. Not safe from several threads.
/// </summary>
internal sealed class BatchScheduler<TJob>
    where TJob : BatchJob<TJob>
{
    private readonly IBatchPolicy _policy;
    private readonly BatchLimits _limits;
    private readonly IBatchObserver _observer;
    private readonly ArrivalRate _arrivals;
    private readonly LatencyModel _latency;
    private readonly BatchLane<TJob>[] _lanes;
    private readonly DeadlineList<TJob> _queue = new();
    private readonly DeadlineList<TJob> _followers = new();
    private readonly KeyTable<TJob> _keys;
    private ArrivalList<TJob> _arrived;
    private long _newest;
    private long _heldUntil = long.MaxValue;

    public BatchScheduler(IBatchPolicy policy, BatchLimits limits, IBatchObserver observer)
    {
        _policy = policy;
        _limits = limits;
        _observer = observer;
        _arrivals = new ArrivalRate(limits.Second / 20, limits.Second / 2);
        _latency = new LatencyModel(limits.Sizes);
        _keys = new KeyTable<TJob>(limits.MaxQueue + (limits.Lanes * limits.MaxBatch));
        _lanes = new BatchLane<TJob>[limits.Lanes];
        for (int i = 0; i < _lanes.Length; i++) _lanes[i] = new BatchLane<TJob>(i, limits.MaxBatch);
    }

    public ReadOnlySpan<BatchLane<TJob>> Lanes => _lanes;

    /// <summary>Jobs in the queue.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Jobs that wait for the result of another.</summary>
    public int Following => _followers.Count;

    public int BusyLanes { get; private set; }

    /// <summary>When <see cref="Shed"/> and <see cref="TryStart"/> are to be called again if nothing happens before.</summary>
    public long WakeAt => Math.Min(
        _heldUntil, Math.Min(_queue.First?.Deadline ?? long.MaxValue, _followers.First?.Deadline ?? long.MaxValue));

    /// <summary>Teaches a time that was measured elsewhere, as at warm-up.</summary>
    public void Learn(int count, long ticks) => _latency.Observe(_limits.IndexOf(count), ticks);

    /// <summary>Takes a job in.</summary>
    /// <returns>Null when it waits, else its outcome.</returns>
    public BatchOutcome? Admit(TJob job, long now, ref CompletedJobs<TJob> completed)
    {
        _arrivals.Observe(now);
        _newest = job.Enqueued = now;
        if (job.Deadline <= now) return Refused(BatchOutcome.Expired);
        if (_queue.Count + _followers.Count >= _limits.MaxQueue) Shed(now, ref completed);
        if (_queue.Count + _followers.Count >= _limits.MaxQueue) return Refused(BatchOutcome.Rejected);
        if (job.IsShareable)
        {
            if (_keys.Find(job) is { } leader)
            {
                Follow(leader, job);
                return null;
            }

            _keys.Add(job);
        }

        Enqueue(job);
        return null;
    }

    /// <summary>Takes a job out that waits.</summary>
    /// <returns>False when it does not wait any more.</returns>
    public bool Withdraw(TJob job, BatchOutcome outcome, ref CompletedJobs<TJob> completed)
    {
        switch (job.State)
        {
            case JobState.Queued:
                Dequeue(job);
                Abandon(job);
                break;
            case JobState.Following:
                Unfollow(job);
                break;
            default:
                return false;
        }

        _observer.JobShed(outcome);
        completed.Add(job, outcome);
        return true;
    }

    /// <summary>Gives up those who waited too long and those who could not be in time even alone in the next batch.</summary>
    public void Shed(long now, ref CompletedJobs<TJob> completed)
    {
        while (_followers.First is { } follower && follower.Deadline <= now)
            Withdraw(follower, BatchOutcome.Expired, ref completed);

        // A device with nothing to do is not kept from what looks hopeless: see the policy.
        double alone = _latency.Sizes[0].Plan;
        long start = BusyLanes < _lanes.Length ? now : Math.Max(now, NextEnd());
        while (_queue.First is { } job)
        {
            bool expired = job.Deadline <= now;
            if (!expired && (BusyLanes == 0 || job.Deadline >= start + alone)) break;
            Withdraw(job, expired ? BatchOutcome.Expired : BatchOutcome.Hopeless, ref completed);
        }
    }

    /// <summary>Fills a free lane when there is one, someone waits and the policy says so.</summary>
    /// <param name="afterBatch">Whether a batch has just ended.</param>
    /// <returns>The lane to run; null when none is to.</returns>
    public BatchLane<TJob>? TryStart(long now, bool afterBatch, ref CompletedJobs<TJob> completed)
    {
        _heldUntil = long.MaxValue;
        Shed(now, ref completed);
        if (_queue.Count == 0 || FreeLane() is not { } lane) return null;
        BatchDecision decision = Decide(now, afterBatch);
        if (decision.Count == 0)
        {
            _heldUntil = decision.Until;
            return null;
        }

        for (int i = 0; i < decision.PassOver; i++) Withdraw(_queue.First!, BatchOutcome.Hopeless, ref completed);
        Fill(lane, decision, now);
        return lane;
    }

    /// <summary>Keeps a free lane for a batch that another thread will start with <see cref="Release"/> and <see cref="TryStart"/>.</summary>
    public BatchLane<TJob>? TryReserve(long now)
    {
        if (_queue.Count == 0 || FreeLane() is not { } lane) return null;
        Occupy(lane, now, 0);
        return lane;
    }

    /// <summary>Frees a lane that was reserved.</summary>
    public void Release(BatchLane<TJob> lane)
    {
        lane.IsBusy = false;
        BusyLanes--;
    }

    /// <summary>A batch has run; its lane is free again.</summary>
    /// <param name="error">What the device threw, or null.</param>
    public void Complete(BatchLane<TJob> lane, long now, Exception? error, ref CompletedJobs<TJob> completed)
    {
        BatchOutcome outcome = error is null ? BatchOutcome.Completed : BatchOutcome.Failed;
        foreach (TJob job in lane.Jobs)
        {
            job.Error = error;
            if (job.IsShareable) Part(job, outcome, ref completed);
            if (error is not null) _observer.JobShed(BatchOutcome.Failed);
            completed.Add(job, outcome);
        }

        long actual = now - lane.Started;
        _observer.BatchEnded(new BatchRecord(
            lane.Reason, lane.Count, _limits.Sizes[lane.SizeIndex], lane.OldestWait, lane.Predicted, actual, error is not null));
        if (error is null) _latency.Observe(lane.SizeIndex, actual);
        lane.Clear();
        Release(lane);
    }

    /// <summary>Ends everyone who waits.</summary>
    public void Clear(ref CompletedJobs<TJob> completed)
    {
        while (_queue.First is { } job) Withdraw(job, BatchOutcome.Cancelled, ref completed);
        while (_followers.First is { } job) Withdraw(job, BatchOutcome.Cancelled, ref completed);
    }

    private BatchOutcome Refused(BatchOutcome outcome)
    {
        _observer.JobShed(outcome);
        return outcome;
    }

    private BatchDecision Decide(long now, bool afterBatch)
    {
        Span<BatchSize> sizes = _latency.Sizes;
        int late = 0;
        TJob? job = _queue.First;
        for (int i = 0; i < sizes.Length; i++)
        {
            double end = now + sizes[i].Plan;
            for (; job is not null && job.Deadline < end; job = job.Later) late++;
            sizes[i].InTime = _queue.Count - late;
        }

        return _policy.Decide(new BatchSnapshot
        {
            Now = now,
            Waiting = _queue.Count,
            OldestEnqueued = _arrived.Oldest!.Enqueued,
            NewestEnqueued = _newest,
            EarliestDeadline = _queue.First!.Deadline,
            BusyLanes = BusyLanes,
            NextEnd = NextEnd(),
            AfterBatch = afterBatch,
            ArrivalsPerTick = _arrivals.PerTick(now),
            Sizes = sizes,
            Limits = _limits,
        });
    }

    private void Fill(BatchLane<TJob> lane, in BatchDecision decision, long now)
    {
        lane.OldestWait = now - _arrived.Oldest!.Enqueued;
        lane.SizeIndex = _limits.IndexOf(decision.Count);
        lane.Reason = decision.Reason;
        Occupy(lane, now, (long)_latency.Sizes[lane.SizeIndex].Mean);
        for (int i = 0; i < decision.Count; i++)
        {
            TJob job = _queue.First!;
            Dequeue(job);
            job.State = JobState.Leaving;
            job.Started = now;
            lane.Add(job);
        }
    }

    private void Occupy(BatchLane<TJob> lane, long now, long predicted)
    {
        lane.IsBusy = true;
        lane.Started = now;
        lane.Predicted = predicted;
        BusyLanes++;
    }

    private BatchLane<TJob>? FreeLane()
    {
        if (BusyLanes == _lanes.Length) return null;
        foreach (BatchLane<TJob> lane in _lanes)
        {
            if (!lane.IsBusy) return lane;
        }

        return null;
    }

    private long NextEnd()
    {
        long end = long.MaxValue;
        foreach (BatchLane<TJob> lane in _lanes)
        {
            if (lane.IsBusy) end = Math.Min(end, lane.Started + lane.Predicted);
        }

        return end;
    }

    private void Enqueue(TJob job)
    {
        job.State = JobState.Queued;
        _queue.Insert(job);
        _arrived.Add(job);
    }

    private void Dequeue(TJob job)
    {
        _queue.Remove(job);
        _arrived.Remove(job);
    }

    private void Follow(TJob leader, TJob job)
    {
        job.State = JobState.Following;
        job.Leader = leader;
        leader.Followers.Add(job);
        _followers.Insert(job);
    }

    private void Unfollow(TJob job)
    {
        job.Leader!.Followers.Remove(job);
        _followers.Remove(job);
        job.Leader = null;
    }

    /// <summary>A leader leaves the queue without a result: its first follower takes its place and the others follow that one.</summary>
    private void Abandon(TJob leader)
    {
        if (!leader.IsShareable) return;
        _keys.Remove(leader);
        TJob? heir = null;
        for (TJob? job = leader.Followers.Oldest; job is not null; job = leader.Followers.Oldest)
        {
            Unfollow(job);
            if (heir is not null)
            {
                Follow(heir, job);
                continue;
            }

            heir = job;
            _keys.Add(heir);
            Enqueue(heir);
        }
    }

    /// <summary>A leader has its result: so do its followers, who are told before it, while the result is still there.</summary>
    private void Part(TJob leader, BatchOutcome outcome, ref CompletedJobs<TJob> completed)
    {
        _keys.Remove(leader);
        for (TJob? job = leader.Followers.Oldest; job is not null; job = leader.Followers.Oldest)
        {
            Unfollow(job);
            job.Leader = leader;
            job.Started = leader.Started;
            job.Error = leader.Error;
            _observer.ResultShared();
            completed.Add(job, outcome);
        }
    }
}
