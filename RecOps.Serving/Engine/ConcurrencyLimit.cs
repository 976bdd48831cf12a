namespace RecOps.Serving.Engine;

/// <summary>How a computation ended.</summary>
internal enum ComputationOutcome
{
    Done,

    /// <summary>The deadline came first.</summary>
    TooLate,

    /// <summary>It says nothing about the load.</summary>
    Failed,
}

/// <summary>
/// Admits computations up to a limit that adapts to latency.
/// 1. Entering increments a counter, or fails if that exceeds the limit; it takes no lock.
/// 2. Leaving adds the latency, queueing included, to the current window. Failures are ignored, late computations counted.
/// 3. A window closes after 50 ms with at least 8 samples, or after 500 ms.
/// 4. <see cref="GradientLimit"/> turns each closed window into the next limit.
/// </summary>
internal sealed class ConcurrencyLimit
{
    private const int FewestSamples = 8;
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMilliseconds(500);
    private readonly GradientLimit _gradient;
    private readonly TimeProvider _time;
    private readonly Lock _window = new();
    private int _limit;
    private int _inFlight;
    private int _mostInFlight;
    private int _completed;
    private int _late;
    private double _sumTicks;
    private long _windowStart;

    /// <param name="min">At least 1; enough to keep all cores busy.</param>
    /// <param name="max">At least <paramref name="min"/>.</param>
    /// <param name="queue">Longest time that a computation may wait for others.</param>
    public ConcurrencyLimit(int min, int max, TimeSpan queue, TimeProvider time)
    {
        _time = time;
        _gradient = new GradientLimit(min, max, (long)(queue.TotalSeconds * time.TimestampFrequency));
        _limit = _gradient.Limit;
        _windowStart = time.GetTimestamp();
    }

    public int Limit => Volatile.Read(ref _limit);

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <returns>False when there is no room; otherwise call <see cref="Exit"/> afterwards.</returns>
    public bool TryEnter()
    {
        int inFlight = Interlocked.Increment(ref _inFlight);
        if (inFlight > Volatile.Read(ref _limit))
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        // Concurrent updates may lose one of two peaks that differ by one.
        if (inFlight > Volatile.Read(ref _mostInFlight))
            Volatile.Write(ref _mostInFlight, inFlight);
        return true;
    }

    /// <param name="latencyTicks">Ticks of the time provider's timestamp, including waits before it entered.</param>
    public void Exit(long latencyTicks, ComputationOutcome outcome)
    {
        int left = Interlocked.Decrement(ref _inFlight);
        if (outcome == ComputationOutcome.Failed)
            return;
        long now = _time.GetTimestamp();
        lock (_window)
        {
            _completed++;
            _sumTicks += Math.Max(1, latencyTicks);
            if (outcome == ComputationOutcome.TooLate)
                _late++;
            TimeSpan length = _time.GetElapsedTime(_windowStart, now);
            if (length < ShortestWindow || (_completed < FewestSamples && length < LongestWindow))
                return;
            _gradient.Update(new LimitWindow(_sumTicks / _completed, _completed, _late, Volatile.Read(ref _mostInFlight)));
            Volatile.Write(ref _limit, _gradient.Limit);
            Volatile.Write(ref _mostInFlight, left);
            (_completed, _late, _sumTicks, _windowStart) = (0, 0, 0, now);
        }
    }
}
