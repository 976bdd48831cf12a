using Polly;
using Polly.CircuitBreaker;

namespace RecOps.Server.Storage;

/// <summary>
/// Stops calling Redis for a second when a tenth of the calls of the last half second failed, then probes with one call. That is soon
/// enough that few calls wait in vain, and late enough to ignore a pause of the garbage collector. All callers of a node share one breaker,
/// see <see cref="RedisNodes"/>: what one finds out, the others need not wait for.
/// </summary>
internal sealed class RedisBreaker
{
    public const string Closed = "closed";
    public const string Open = "open";
    public const string HalfOpen = "halfOpen";

    private const string NoFailure = "No failure yet.";
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(1);
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline _pipeline;
    private readonly TimeProvider _time = TimeProvider.System;
    private long _closedUntil;
    private volatile string _detail = NoFailure;

    public RedisBreaker() =>
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.1,
                    MinimumThroughput = 8,
                    SamplingDuration = TimeSpan.FromSeconds(0.5),
                    BreakDuration = Break,
                    StateProvider = _state,
                    OnOpened = _ =>
                    {
                        Volatile.Write(ref _closedUntil, _time.GetTimestamp() + (long)(Break.TotalSeconds * _time.TimestampFrequency));
                        return default;
                    },
                }
            )
            .Build();

    /// <summary>closed, open or halfOpen.</summary>
    public string State =>
        _state.CircuitState switch
        {
            CircuitState.Closed => Closed,
            CircuitState.HalfOpen => HalfOpen,
            _ => Open,
        };

    /// <summary>The last failure, or a note that there was none.</summary>
    public string Detail => _detail;

    /// <summary>Whether there ever was a failure.</summary>
    public bool HasFailed => _detail != NoFailure;

    /// <summary>Whether preparing a call is worthwhile; the breaker itself reports this only with an exception.</summary>
    public bool Allows => _state.CircuitState == CircuitState.Closed || _time.GetTimestamp() >= Volatile.Read(ref _closedUntil);

    /// <summary>Runs a call.</summary>
    /// <param name="deadline">After this time the call has failed; the client itself checks timeouts only once a second.</param>
    /// <returns>The outcome; never throws.</returns>
    public async ValueTask<CallOutcome<T>> CallAsync<T>(Func<Task<T>> call, TimeSpan deadline)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false);
        Outcome<T> outcome;
        try
        {
            outcome = await _pipeline
                .ExecuteOutcomeAsync(
                    static async (_, state) =>
                    {
                        try
                        {
                            return Outcome.FromResult(await state.call().WaitAsync(state.deadline).ConfigureAwait(false));
                        }
                        catch (Exception error)
                        {
                            return Outcome.FromException<T>(error);
                        }
                    },
                    context,
                    (call, deadline)
                )
                .ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }

        if (outcome.Exception is null)
            return new CallOutcome<T>(CallEnd.Succeeded, outcome.Result);
        if (outcome.Exception is BrokenCircuitException)
            return new CallOutcome<T>(CallEnd.Skipped, default);
        bool late = outcome.Exception is TimeoutException;
        _detail = late ? $"A call took longer than {deadline.TotalMilliseconds:0} ms." : outcome.Exception.Message.Split('\n')[0];
        return new CallOutcome<T>(late ? CallEnd.TimedOut : CallEnd.Failed, default);
    }
}

/// <summary>Outcome of a Redis call.</summary>
internal enum CallEnd
{
    Succeeded,
    TimedOut,
    Failed,
    Skipped,
}

internal readonly record struct CallOutcome<T>(CallEnd End, T? Result);
