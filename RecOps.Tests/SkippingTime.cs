using System.Collections.Concurrent;

namespace RecOps.Tests;

/// <summary>
/// The system clock, which a test can set forward instead of waiting. Timers due by then fire at once, each of them once.
/// </summary>
internal sealed class SkippingTime : TimeProvider
{
    private readonly ConcurrentDictionary<SkippingTimer, bool> _timers = new();
    private long _skipped;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref _skipped));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _skipped);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippingTimer(this, callback, state);
        _timers[timer] = true;
        timer.Change(dueTime, period);
        return timer;
    }

    public void Skip(TimeSpan by)
    {
        Interlocked.Add(ref _skipped, by.Ticks);
        foreach (SkippingTimer timer in _timers.Keys)
            timer.Arm();
    }

    private sealed class SkippingTimer : ITimer
    {
        private readonly Lock _changes = new();
        private readonly SkippingTime _time;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _inner;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private long? _due;

        public SkippingTimer(SkippingTime time, TimerCallback callback, object? state)
        {
            (_time, _callback, _state) = (time, callback, state);
            _inner = System.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_changes)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : _time.GetTimestamp() + dueTime.Ticks;
                _period = period;
            }

            return Arm();
        }

        public bool Arm()
        {
            lock (_changes)
            {
                TimeSpan wait = _due is { } due ? TimeSpan.FromTicks(Math.Max(0, due - _time.GetTimestamp())) : Timeout.InfiniteTimeSpan;
                return _inner.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            _time._timers.TryRemove(this, out _);
            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _time._timers.TryRemove(this, out _);
            return _inner.DisposeAsync();
        }

        private void Fire()
        {
            lock (_changes)
            {
                long now = _time.GetTimestamp();
                if (_due is not { } due)
                    return;
                bool early = due > now;
                if (!early)
                    _due = _period > TimeSpan.Zero ? Math.Max(due + _period.Ticks, now) : null;
                Arm();
                if (early)
                    return;
            }

            _callback(_state);
        }
    }
}
