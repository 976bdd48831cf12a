namespace RecOps.Serving.Batching;

/// <summary>A timer set for the earliest requested time. It may fire too early, never too late. Use under a lock.</summary>
internal sealed class WakeTimer : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _setFor = long.MaxValue;

    /// <param name="wake">Called on a pool thread, without the lock; must call <see cref="Fired"/>.</param>
    public WakeTimer(Action wake, TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static wake => ((Action)wake!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Fired() => _setFor = long.MaxValue;

    public void WakeAt(long timestamp, long now)
    {
        if (timestamp >= _setFor)
            return;
        _setFor = timestamp;

        // Timers truncate to whole milliseconds: without rounding up, the last one would be spent polling.
        double milliseconds = Math.Max(0, Math.Ceiling(_time.GetElapsedTime(now, timestamp).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
