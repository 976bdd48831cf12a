using Microsoft.Extensions.Options;

namespace RecOps.Serving.Engine;

/// <summary>
/// Decides what a request gets under load: a computed list while there is room, else a fallback list, else 503. <see
/// cref="ConcurrencyLimit"/> defines the room, as long as requests do not wait too long for a thread.
/// </summary>
internal sealed class Admission
{
    private readonly ConcurrencyLimit _computing;
    private readonly SchedulingDelay _delay;
    private readonly int _maxInFlight;
    private readonly long _queueTicks;
    private int _inFlight;

    public Admission(IOptions<ServingOptions> options, SchedulingDelay delay, TimeProvider time)
    {
        ServingOptions serving = options.Value;
        var queue = TimeSpan.FromMilliseconds(serving.MaxQueueMs);
        _computing = new ConcurrencyLimit(serving.LeastComputing, Math.Max(serving.LeastComputing, serving.MaxComputing), queue, time);
        _delay = delay;
        _maxInFlight = serving.MaxInFlight;
        _queueTicks = (long)(queue.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Requests in flight.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Computations that run or wait.</summary>
    public int Computing => _computing.InFlight;

    /// <summary>Limit of concurrent computations.</summary>
    public int ComputingLimit => _computing.Limit;

    /// <param name="waitedTicks">How long requests currently wait for a thread, this one included.</param>
    /// <returns>False when there is no room even for a fallback list: 503. Otherwise call <see cref="Exit"/> afterwards.</returns>
    public bool TryEnter(out long waitedTicks)
    {
        waitedTicks = _delay.Ticks;
        if (Interlocked.Increment(ref _inFlight) <= _maxInFlight)
            return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    public void Exit() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Whether <see cref="TryCompute"/> would currently succeed; nothing is acquired.</summary>
    /// <param name="waitedTicks">From <see cref="TryEnter"/>.</param>
    public bool HasRoom(long waitedTicks) => waitedTicks <= _queueTicks && _computing.InFlight < _computing.Limit;

    /// <param name="waitedTicks">From <see cref="TryEnter"/>.</param>
    /// <returns>False when a fallback list must do; otherwise call <see cref="ExitComputing"/> afterwards.</returns>
    public bool TryCompute(long waitedTicks) => waitedTicks <= _queueTicks && _computing.TryEnter();

    /// <param name="latencyTicks">From the request's arrival, including its earlier waits.</param>
    public void ExitComputing(long latencyTicks, ComputationOutcome outcome) => _computing.Exit(latencyTicks, outcome);
}
