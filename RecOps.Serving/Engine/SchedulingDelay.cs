namespace RecOps.Serving.Engine;

/// <summary>
/// Measures how long work waits for a thread-pool thread. On a saturated machine requests queue there, before any of our code can look at a
/// clock.
/// 1. A probe is queued to the pool, so it waits as requests do; at most one at a time.
/// 2. When it runs, its wait is the last measurement.
/// 3. While it is still queued, its age counts if that is longer.
/// 4. With no more pending work items than processors, the delay is 0 and no probe is queued.
/// </summary>
/// <param name="pending">Currently queued work items: an empty queue delays nobody, whatever the last probe measured.</param>
internal sealed class SchedulingDelay(TimeProvider time, Func<long> pending)
{
    private const long NoneQueued = -1;
    private long _queuedAt = NoneQueued;
    private long _lastTicks;

    public SchedulingDelay(TimeProvider time)
        : this(time, static () => ThreadPool.PendingWorkItemCount) { }

    /// <summary>Ticks of the time provider's timestamp.</summary>
    public long Ticks
    {
        get
        {
            if (NobodyWaits)
                return 0;
            long queuedAt = Volatile.Read(ref _queuedAt);
            long age = queuedAt == NoneQueued ? 0 : time.GetTimestamp() - queuedAt;
            return Math.Max(age, Volatile.Read(ref _lastTicks));
        }
    }

    private bool NobodyWaits => pending() <= Environment.ProcessorCount;

    /// <summary>Call before queueing a probe.</summary>
    /// <returns>False while another one is queued, or when there is nothing to measure: an idle machine should not be woken for
    /// it.</returns>
    public bool TryQueue()
    {
        if (!NobodyWaits)
            return Interlocked.CompareExchange(ref _queuedAt, time.GetTimestamp(), NoneQueued) == NoneQueued;
        Volatile.Write(ref _lastTicks, 0);
        return false;
    }

    /// <summary>Call when the probe runs.</summary>
    public void Ran()
    {
        Volatile.Write(ref _lastTicks, time.GetTimestamp() - Volatile.Read(ref _queuedAt));
        Volatile.Write(ref _queuedAt, NoneQueued);
    }
}
