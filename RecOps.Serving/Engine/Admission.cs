using Microsoft.Extensions.Options;

namespace RecOps.Serving.Engine;

/// <summary>
/// What a request gets when there is more to do than can be done: a computed list while there is room, else a fallback list, else 503.
/// Room is what <see cref="ConcurrencyLimit"/> says as long as requests do not wait longer for a thread than they may.
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

    /// <summary>Requests that are worked on.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Computations that run or wait.</summary>
    public int Computing => _computing.InFlight;

    /// <summary>Computations at a time.</summary>
    public int ComputingLimit => _computing.Limit;

    /// <param name="waitedTicks">How long requests wait for a thread at this moment, and so this one too.</param>
    /// <returns>False when there is no room even for a fallback list: 503. Else <see cref="Exit"/> must follow.</returns>
    public bool TryEnter(out long waitedTicks)
    {
        waitedTicks = _delay.Ticks;
        if (Interlocked.Increment(ref _inFlight) <= _maxInFlight)
            return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    public void Exit() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Whether <see cref="TryCompute"/> would say yes at this moment; nothing is taken.</summary>
    /// <param name="waitedTicks">From <see cref="TryEnter"/>.</param>
    public bool HasRoom(long waitedTicks) => waitedTicks <= _queueTicks && _computing.InFlight < _computing.Limit;

    /// <param name="waitedTicks">From <see cref="TryEnter"/>.</param>
    /// <returns>False when a fallback list must do; else <see cref="ExitComputing"/> must follow.</returns>
    public bool TryCompute(long waitedTicks) => waitedTicks <= _queueTicks && _computing.TryEnter();

    /// <param name="latencyTicks">From when the request arrived, with what it waited before.</param>
    public void ExitComputing(long latencyTicks, ComputationOutcome outcome) => _computing.Exit(latencyTicks, outcome);
}
