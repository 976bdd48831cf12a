namespace RecOps.Serving.Batching;

/// <summary>
/// The batcher's state without threads, clocks or timers: waiting jobs, running batches, learnt durations. The caller supplies the time, so
/// that the server and a simulation run the same code. Not thread-safe.
/// </summary>
internal sealed class BatchScheduler<TJob>
    where TJob : BatchJob<TJob>
{
    private readonly IBatchPolicy _policy;
    private readonly BatchLimits _limits;
    private readonly IBatchObserver _observer;
    private readonly ArrivalRate _arrivals;
    private readonly LatencyModel _latency;
    private readonly BatchLanes<TJob> _lanes;
    private readonly JobQueue<TJob> _queue = new();
    private readonly SharedJobs<TJob> _shared;
    private readonly SpareJobs<TJob> _spare;
    private long _newest;
    private long _heldUntil = long.MaxValue;

    public BatchScheduler(IBatchPolicy policy, BatchLimits limits, IBatchObserver observer)
    {
        _policy = policy;
        _limits = limits;
        _observer = observer;
        _arrivals = new ArrivalRate(limits.Second / 20, limits.Second / 2);
        _latency = new LatencyModel(limits.Sizes);
        _lanes = new BatchLanes<TJob>(limits.Lanes, limits.MaxBatch);
        _spare = new SpareJobs<TJob>(limits);
        _shared = new SharedJobs<TJob>(limits.MaxQueue + SpareJobs<TJob>.MaxWaiting + (limits.Lanes * limits.MaxBatch));
    }

    public ReadOnlySpan<BatchLane<TJob>> Lanes => _lanes.All;

    /// <summary>Jobs in the queue.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Jobs waiting for another job's result.</summary>
    public int Following => _shared.Followers;

    public int MaxBatch => _limits.MaxBatch;

    /// <summary>Padded sizes with their durations.</summary>
    public ReadOnlySpan<BatchSize> Sizes => _latency.Sizes;

    /// <inheritdoc cref="LatencyModel.Measured"/>
    public RunningMoments Measured(int index) => _latency.Measured(index);

    public int BusyLanes => _lanes.Busy;

    /// <summary>When to call <see cref="TryStart"/> again if nothing else happens.</summary>
    public long WakeAt => Math.Min(_heldUntil, Math.Min(_queue.First?.Deadline ?? long.MaxValue, _shared.First?.Deadline ?? long.MaxValue));

    private bool IsFull => _queue.Count + _shared.Followers >= _limits.MaxQueue;

    /// <summary>Feeds in a duration measured elsewhere, as at warm-up.</summary>
    public void Learn(int count, long ticks) => _latency.Observe(_limits.IndexOf(count), ticks);

    /// <summary>Admits a job.</summary>
    /// <returns>Null when it waits; else its outcome.</returns>
    public BatchOutcome? Admit(TJob job, long now, ref CompletedJobs<TJob> completed)
    {
        if (job.IsSpare)
            return AdmitSpare(job, now);
        _arrivals.Observe(now);
        _newest = job.Enqueued = now;
        if (job.Deadline <= now)
            return Refused(BatchOutcome.Expired);
        if (IsFull)
            Shed(now, ref completed);
        if (IsFull)
            return Refused(BatchOutcome.Rejected);
        if (!job.IsShareable || !_shared.TryFollow(job))
            _queue.Add(job);
        else if (job.Leader is { IsSpare: true, State: JobState.Queued } leader)
            Hurry(leader, job.Deadline);
        return null;
    }

    /// <summary>Admits a job only as a follower of one with its key.</summary>
    /// <returns>False when there is none, or too many jobs wait.</returns>
    public bool TryJoin(TJob job, long now)
    {
        job.Enqueued = now;
        if (IsFull || !_shared.TryJoin(job))
            return false;
        if (job.Leader is { IsSpare: true, State: JobState.Queued } leader)
            Hurry(leader, job.Deadline);
        return true;
    }

    /// <summary>Removes a waiting job.</summary>
    /// <returns>False when it no longer waits.</returns>
    public bool Withdraw(TJob job, BatchOutcome outcome, ref CompletedJobs<TJob> completed)
    {
        switch (job.State)
        {
            case JobState.Queued:
                Dequeue(job);
                if (job.IsShareable && _shared.Abandon(job) is { } heir)
                    Enqueue(heir);
                break;
            case JobState.Following:
                _shared.Leave(job);
                break;
            default:
                return false;
        }

        _observer.JobShed(outcome);
        completed.Add(job, outcome);
        return true;
    }

    /// <summary>Sheds jobs that cannot be in time. Then fills a free lane if jobs wait and the policy says so.</summary>
    /// <param name="afterBatch">Whether a batch has just ended.</param>
    /// <returns>The lane to run; null for none.</returns>
    public BatchLane<TJob>? TryStart(long now, bool afterBatch, ref CompletedJobs<TJob> completed)
    {
        _heldUntil = long.MaxValue;
        Shed(now, ref completed);
        if (!_lanes.AnyFree)
            return null;
        if (_queue.Count == 0)
            return FillSpare(now);
        BatchDecision decision = Decide(now, afterBatch);
        if (decision.Count == 0)
        {
            _heldUntil = decision.Until;
            return null;
        }

        for (int i = 0; i < decision.PassOver; i++)
            Withdraw(_queue.First!, BatchOutcome.Hopeless, ref completed);
        return Fill(decision, now);
    }

    /// <summary>
    /// Reserves a free lane for another thread if there is work. That thread must <see cref="Release"/> it and start what it can.
    /// </summary>
    public BatchLane<TJob>? TryReserve(long now) =>
        !_lanes.AnyFree || (_queue.Count == 0 && !MayRunSpare(now)) ? null : _lanes.Take(now, 0);

    public void Release(BatchLane<TJob> lane) => _lanes.Release(lane);

    /// <summary>Completes a batch and frees its lane.</summary>
    /// <param name="error">What the device threw, or null.</param>
    public void Complete(BatchLane<TJob> lane, long now, Exception? error, ref CompletedJobs<TJob> completed)
    {
        BatchOutcome outcome = error is null ? BatchOutcome.Completed : BatchOutcome.Failed;
        foreach (TJob job in lane.Jobs)
        {
            job.Error = error;
            int followers = job.IsShareable ? _shared.Complete(job, outcome, ref completed) : 0;
            completed.Add(job, outcome);
            for (int i = 0; error is not null && i <= followers; i++)
                _observer.JobShed(outcome);
            for (int i = 0; error is null && i < followers; i++)
                _observer.ResultShared();
        }

        long actual = now - lane.Started;
        _observer.BatchEnded(
            new BatchRecord(
                lane.Reason,
                lane.Count,
                _limits.Sizes[lane.SizeIndex],
                lane.OldestWait,
                lane.Predicted,
                actual,
                error is not null
            )
        );
        if (error is null)
            _latency.Observe(lane.SizeIndex, actual);
        _lanes.Release(lane);
    }

    /// <summary>Cancels all waiting jobs.</summary>
    public void Clear(ref CompletedJobs<TJob> completed)
    {
        while ((_shared.First ?? _queue.First ?? _spare.Oldest) is { } job)
            Withdraw(job, BatchOutcome.Cancelled, ref completed);
    }

    private BatchOutcome Refused(BatchOutcome outcome)
    {
        _observer.JobShed(outcome);
        return outcome;
    }

    /// <summary>Sheds jobs that expired and those that would be late even alone in the next batch.</summary>
    private void Shed(long now, ref CompletedJobs<TJob> completed)
    {
        while (_shared.First is { } follower && follower.Deadline <= now)
            Withdraw(follower, BatchOutcome.Expired, ref completed);

        // An idle device still tries what looks hopeless: see the policy.
        double end = _lanes.Busy == 0 ? now : (_lanes.AnyFree ? now : Math.Max(now, _lanes.NextEnd)) + _latency.Sizes[0].Plan;
        while (_queue.First is { } job && (job.Deadline <= now || job.Deadline < end))
            Withdraw(job, job.Deadline <= now ? BatchOutcome.Expired : BatchOutcome.Hopeless, ref completed);
    }

    private BatchDecision Decide(long now, bool afterBatch)
    {
        _queue.CountInTime(now, _latency.Sizes);
        return _policy.Decide(
            new BatchSnapshot
            {
                Now = now,
                Waiting = _queue.Count,
                OldestEnqueued = _queue.OldestEnqueued,
                NewestEnqueued = _newest,
                EarliestDeadline = _queue.First!.Deadline,
                BusyLanes = _lanes.Busy,
                NextEnd = _lanes.NextEnd,
                AfterBatch = afterBatch,
                ArrivalsPerTick = _arrivals.PerTick(now),
                Sizes = _latency.Sizes,
                Limits = _limits,
            }
        );
    }

    private BatchLane<TJob> Fill(in BatchDecision decision, long now)
    {
        int size = _limits.IndexOf(decision.Count);
        BatchLane<TJob> lane = _lanes.Take(now, (long)_latency.Sizes[size].Mean);
        lane.SizeIndex = size;
        lane.Reason = decision.Reason;
        lane.OldestWait = now - _queue.OldestEnqueued;
        for (int i = 0; i < decision.Count; i++)
            Put(_queue.First!, lane, now);

        // Filling up the padding costs nothing.
        int room = Math.Min(_limits.Sizes[size], _limits.MaxBatch);
        while (lane.Count < room && _spare.Oldest is { } spare)
            Put(spare, lane, now);
        return lane;
    }

    /// <summary>Ticks per spare job, over all lanes that such jobs get.</summary>
    public double SpareTicksPerJob(long now)
    {
        int size = _limits.IndexOf(_spare.BatchSize(_latency.Sizes));
        return _latency.Sizes[size].Mean / _latency.Sizes[size].Size / _spare.Lanes(_arrivals.PerTick(now));
    }

    private BatchOutcome? AdmitSpare(TJob job, long now)
    {
        job.Enqueued = now;
        if (job.Deadline <= now)
            return Refused(BatchOutcome.Expired);
        if (_spare.IsFull)
            return Refused(BatchOutcome.Rejected);
        if (!job.IsShareable || !_shared.TryFollow(job))
            _spare.Add(job);
        return null;
    }

    /// <summary>A spare job now has someone waiting for it.</summary>
    private void Hurry(TJob spare, long deadline)
    {
        _spare.Remove(spare);
        spare.IsSpare = false;
        spare.Deadline = deadline;
        _queue.Add(spare);
    }

    private void Enqueue(TJob job)
    {
        if (job.IsSpare)
            _spare.Add(job);
        else
            _queue.Add(job);
    }

    private void Dequeue(TJob job)
    {
        if (job.IsSpare)
            _spare.Remove(job);
        else
            _queue.Remove(job);
    }

    private bool MayRunSpare(long now) => _spare.Oldest is not null && _lanes.Busy < _spare.Lanes(_arrivals.PerTick(now));

    private BatchLane<TJob>? FillSpare(long now)
    {
        if (!MayRunSpare(now))
            return null;
        int count = Math.Min(_spare.Count, _spare.BatchSize(_latency.Sizes));
        int size = _limits.IndexOf(count);
        BatchLane<TJob> lane = _lanes.Take(now, (long)_latency.Sizes[size].Mean);
        lane.SizeIndex = size;
        lane.Reason = BatchReason.Spare;
        lane.OldestWait = now - _spare.Oldest!.Enqueued;
        while (lane.Count < count)
            Put(_spare.Oldest!, lane, now);
        return lane;
    }

    private void Put(TJob job, BatchLane<TJob> lane, long now)
    {
        Dequeue(job);
        job.State = JobState.Leaving;
        job.Started = now;
        lane.Add(job);
    }
}
