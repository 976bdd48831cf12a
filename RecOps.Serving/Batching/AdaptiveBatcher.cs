using RecOps.Shared.Telemetry;

namespace RecOps.Serving.Batching;

/// <summary>
/// Lets jobs that come at the same time share runs of a device. A job that finds it idle runs at once, on the thread that brought it
/// when that is the device's own work; others wait until a lane is free or the policy sends them. Jobs with the same key are computed
/// once. Safe from any thread.
/// </summary>
/// <typeparam name="TJob">What is computed.</typeparam>
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
    /// <param name="slo">Time that answers should take.</param>
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

    /// <summary>Jobs in the queue now.</summary>
    public int Waiting => _scheduler.Waiting;

    /// <summary>Jobs that wait for the result of another.</summary>
    public int Following => _scheduler.Following;

    public int Lanes => _scheduler.Lanes.Length;

    /// <summary>Most jobs of a batch: what the device takes, or fewer where the settings say so.</summary>
    public int MaxBatch => _scheduler.MaxBatch;

    /// <summary>Seconds that a job takes when many run in spare time, as far as it is known.</summary>
    public double SpareSecondsPerJob
    {
        get
        {
            lock (_gate)
                return _scheduler.SpareTicksPerJob(_time.GetTimestamp()) / _time.TimestampFrequency;
        }
    }

    /// <summary>What batches took, by size; sizes of which none ran are left out, where plans go by a line through the others.</summary>
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
    /// Whether the thread that brings a job may compute it. On a device beside the processors it would only wait, and hang if that does.
    /// </summary>
    public bool RunsOnCaller => _device.IndependentLanes;

    /// <summary>Teaches how long a batch of so many took, so that the first requests are not what is learnt from.</summary>
    public void Learn(int count, TimeSpan time)
    {
        lock (_gate)
            _scheduler.Learn(count, Ticks(time));
    }

    /// <summary>Has a job computed.</summary>
    /// <param name="job">Belongs to the batcher until the task completes, however late that is: a batch that runs is not
    /// interrupted.</param>
    /// <param name="deadline">Timestamp of the time provider after which the job need not run.</param>
    /// <param name="cancellationToken">Takes the job out of the queue; one that runs is completed.</param>
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

    /// <summary>Has a shareable job wait for one with its key that is being computed or waits for it.</summary>
    /// <returns>Null when there is none: nothing has happened then.</returns>
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

    /// <summary>Cancels those who wait, takes no more and waits for the batches that run.</summary>
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

    /// <summary>Runs batches on a lane for as long as there are any.</summary>
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

    /// <summary>Runs a batch on the thread that brought one of its jobs; whoever waits by then gets a thread of the pool.</summary>
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

    /// <summary>Starts what the policy sends now.</summary>
    /// <param name="mine">The caller's job: the lane that gets it is the caller's to run. Null when any lane is.</param>
    /// <returns>The lane the caller is to run, if any; the pool runs the others.</returns>
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
    /// Has a thread of the pool run a lane. By the queue of this thread, which others steal from when they are idle and which comes before
    /// all that the pool has been given since: the device does not wait behind requests that only want to join the queue for it.
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
    /// Lets a cancellation take the job out of the queue. Under the lock, so that nobody completes the job before it has its
    /// registration; a token cancelled just now calls back at once, on this thread, which has the lock.
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
