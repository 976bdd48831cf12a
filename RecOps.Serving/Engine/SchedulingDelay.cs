namespace RecOps.Serving.Engine;

/// <summary>
/// How long work waits before a thread takes it. On a saturated machine requests queue in the thread pool, before any code of ours
/// runs and looks at a clock; a probe that is queued like them sees what they see. While one has not come through, its age counts.
/// </summary>
/// <param name="pending">Work that is queued right now: an empty queue makes no one wait, whatever the last probe saw.</param>
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
    /// <returns>False while another one is queued, and when there is nothing to find out: an idle machine is not to be woken for
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
