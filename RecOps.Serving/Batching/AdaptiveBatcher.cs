using RecOps.Shared.Telemetry;

namespace RecOps.Serving.Batching;

/// <summary>
/// Batches concurrent jobs for a device. Safe from any thread.
/// 1. A submitted job is admitted, follows a job with the same key whose result it will share, or is shed.
/// 2. If a lane is free, the policy is asked at once. The submitting thread runs the batch itself when lanes are processor cores; otherwise
/// the thread pool does.
/// 3. Otherwise the job waits until a batch ends, its deadline passes, or the time that the policy named is reached.
/// 4. When a batch ends, its duration is learnt, and the policy is asked again for the freed lane.
/// 5. Jobs complete outside the lock. <see cref="BatchScheduler{TJob}"/> holds the state, <see cref="BatchPolicy"/> the decisions.
/// </summary>
/// <typeparam name="TJob">The kind of job.</typeparam>
internal sealed class AdaptiveBatcher<TJob> : IAsyncDisposable
    where TJob : BatchJob<TJob>
{
    private readonly IBatchDevice<TJob> _device;
    private readonly TimeProvider _time;
    private readonly BatchScheduler<TJob> _scheduler;
    private readonly WakeTimer _timer;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _closed;

    /// <param name="device">Not owned.</param>
    /// <param name="slo">Target response time.</param>
    public AdaptiveBatcher(IBatchDevice<TJob> device, BatchingOptions options, TimeSpan slo, IBatchObserver observer, TimeProvider time)
    {
        _device = device;
        _time = time;
        BatchLimits limits = options.LimitsFor(device, slo, time.TimestampFrequency);
        _scheduler = new BatchScheduler<TJob>(new BatchPolicy(), limits, observer);
        foreach (BatchLane<TJob> lane in _scheduler.Lanes)
            lane.Batcher = this;
        _timer = new WakeTimer(OnTimer, time);
    }

    /// <summary>Jobs currently in the queue.</summary>
    public int Waiting => _scheduler.Waiting;

    /// <summary>Jobs waiting for another job's result.</summary>
    public int Following => _scheduler.Following;

    public int Lanes => _scheduler.Lanes.Length;

    /// <summary>Largest batch: the device's limit, or less if configured.</summary>
    public int MaxBatch => _scheduler.MaxBatch;

    /// <summary>Seconds per job in large spare-time batches, as far as known.</summary>
    public double SpareSecondsPerJob
    {
        get
        {
            lock (_gate)
                return _scheduler.SpareTicksPerJob(_time.GetTimestamp()) / _time.TimestampFrequency;
        }
    }

    /// <summary>Measured batch durations by size. Sizes that never ran are left out; plans interpolate them from the others.</summary>
    public ServiceTime[] ServiceTimes()
    {
        double ms = 1000.0 / _time.TimestampFrequency;
        lock (_gate)
        {
            return
            [
                .. _scheduler
                    .Sizes.ToArray()
                    .Select((size, index) => (size.Size, Took: _scheduler.Measured(index)))
                    .Where(one => one.Took.Count > 0)
                    .Select(one => new ServiceTime(
                        one.Size,
                        one.Took.Mean * ms,
                        (one.Took.Mean + (LatencyModel.PlannedDeviations * one.Took.Deviation)) * ms,
                        one.Took.Count
                    )),
            ];
        }
    }

    /// <summary>
    /// Whether the submitting thread may compute the job. On a device beside the processors it would only wait, and hang if the device
    /// does.
    /// </summary>
    public bool RunsOnCaller => _device.IndependentLanes;

    /// <summary>Feeds in a measured batch duration, so that the first real requests are not what it learns from.</summary>
    public void Learn(int count, TimeSpan time)
    {
        lock (_gate)
            _scheduler.Learn(count, Ticks(time));
    }

    /// <summary>Computes a job.</summary>
    /// <param name="job">Owned by the batcher until the task completes, however late: a running batch is not interrupted.</param>
    /// <param name="deadline">Timestamp of the time provider after which the job need not run.</param>
    /// <param name="cancellationToken">Removes a queued job; a running one completes.</param>
    public ValueTask<BatchOutcome> SubmitAsync(TJob job, long deadline, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return new(BatchOutcome.Cancelled);
        CompletedJobs<TJob> completed = default;
        BatchLane<TJob>? lane = null;
        BatchOutcome? outcome;
        bool waits;
        short version;
        lock (_gate)
        {
            if (_closed)
                return new(BatchOutcome.Cancelled);
            long now = _time.GetTimestamp();
            job.Prepare(deadline);
            version = job.Version;
            outcome = _scheduler.Admit(job, now, ref completed);
            if (outcome is null)
                lane = Start(now, afterBatch: false, job, ref completed);
            waits = job.State is JobState.Queued or JobState.Following;
            if (waits)
                Watch(job, cancellationToken);
            _timer.WakeAt(_scheduler.WakeAt, now);
        }

        completed.Tell(job);
        if (outcome is { } refused)
            return new(refused);
        if (waits)
            return new(job, version);
        if (lane is null)
            return new(job.Outcome);
        if (RunsOnCaller)
        {
            RunInline(lane, job);
            return new(job.Outcome);
        }

        ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
        return new(job, version);
    }

    /// <summary>Lets a shareable job follow a queued or running one with its key.</summary>
    /// <returns>Null when there is none; nothing has happened then.</returns>
    public ValueTask<BatchOutcome>? TryJoin(TJob job, long deadline)
    {
        lock (_gate)
        {
            if (_closed)
                return null;
            long now = _time.GetTimestamp();
            job.Prepare(deadline);
            if (!_scheduler.TryJoin(job, now))
                return null;
            _timer.WakeAt(_scheduler.WakeAt, now);
            return new ValueTask<BatchOutcome>(job, job.Version);
        }
    }

    /// <summary>Cancels waiting jobs, admits no more and waits for running batches.</summary>
    public async ValueTask DisposeAsync()
    {
        CompletedJobs<TJob> completed = default;
        lock (_gate)
        {
            _closed = true;
            _scheduler.Clear(ref completed);
            if (_scheduler.BusyLanes == 0)
                _idle.TrySetResult();
        }

        completed.Tell();
        await _timer.DisposeAsync();
        await _idle.Task;
    }

    /// <summary>Runs batches on a lane until none is left.</summary>
    /// <param name="lane">Filled, or reserved to be filled now.</param>
    internal void RunLane(BatchLane<TJob> lane)
    {
        for (BatchLane<TJob>? next = lane; next is not null; )
        {
            Exception? error = Run(next);
            CompletedJobs<TJob> completed = default;
            lock (_gate)
            {
                long now = _time.GetTimestamp();
                End(next, now, error, ref completed);
                next = Start(now, afterBatch: true, null, ref completed);
                _timer.WakeAt(_scheduler.WakeAt, now);
            }

            completed.Tell();
        }
    }

    /// <summary>Runs a batch on the submitting thread; jobs that wait by then get a pool thread.</summary>
    private void RunInline(BatchLane<TJob> lane, TJob job)
    {
        Exception? error = Run(lane);
        CompletedJobs<TJob> completed = default;
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            End(lane, now, error, ref completed);
            if (_scheduler.TryReserve(now) is { } reserved)
                HandOver(reserved);
        }

        completed.Tell(job);
    }

    private Exception? Run(BatchLane<TJob> lane)
    {
        if (lane.Count == 0)
            return null;
        try
        {
            var batch = new JobBatch(lane.Reason, lane.Count, _device.PaddedSize(lane.Count), lane.Predicted);
            foreach (TJob job in lane.Jobs)
                job.Batch = batch;
            _device.Run(lane.Index, lane.Jobs);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private void End(BatchLane<TJob> lane, long now, Exception? error, ref CompletedJobs<TJob> completed)
    {
        if (lane.Count == 0)
            _scheduler.Release(lane);
        else
            _scheduler.Complete(lane, now, error, ref completed);
        if (_closed && _scheduler.BusyLanes == 0)
            _idle.TrySetResult();
    }

    /// <summary>Starts the batches that the policy sends now.</summary>
    /// <param name="mine">The caller's job: the caller runs the lane that contains it. Null when the caller takes any lane.</param>
    /// <returns>The lane that the caller must run, if any; the pool runs the others.</returns>
    private BatchLane<TJob>? Start(long now, bool afterBatch, TJob? mine, ref CompletedJobs<TJob> completed)
    {
        BatchLane<TJob>? own = null;
        while (_scheduler.TryStart(now, afterBatch, ref completed) is { } lane)
        {
            if (own is null && (mine is null || lane.Holds(mine)))
                own = lane;
            else
                HandOver(lane);
        }

        return own;
    }

    /// <summary>
    /// Runs a lane on the thread pool, through this thread's local queue. Idle threads steal from it, and it comes before items queued
    /// globally since, so the device does not wait behind requests that only want to join its queue.
    /// </summary>
    private static void HandOver(BatchLane<TJob> lane) => ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: true);

    private void OnTimer()
    {
        CompletedJobs<TJob> completed = default;
        lock (_gate)
        {
            _timer.Fired();
            long now = _time.GetTimestamp();
            if (Start(now, afterBatch: false, null, ref completed) is { } lane)
                HandOver(lane);
            _timer.WakeAt(_scheduler.WakeAt, now);
        }

        completed.Tell();
    }

    /// <summary>
    /// Makes cancellation remove the job from the queue. Called under the lock, so that nobody completes the job before it has its
    /// registration; a token that was just cancelled calls back at once on this thread, which holds the lock.
    /// </summary>
    private void Watch(TJob job, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
            return;
        job.Batcher = this;
        job.Cancellation = cancellationToken.UnsafeRegister(
            static state =>
            {
                var job = (TJob)state!;
                job.Batcher!.Cancel(job);
            },
            job
        );
    }

    private void Cancel(TJob job)
    {
        CompletedJobs<TJob> completed = default;
        lock (_gate)
            _scheduler.Withdraw(job, BatchOutcome.Cancelled, ref completed);
        completed.Tell();
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
