using System.Threading.Tasks.Sources;

namespace RecOps.Serving.Batching;

/// <summary>
/// The pooled unit of work. From submission until the returned task completes it belongs to the batcher; then it may be submitted
/// again. Its completion allocates nothing.
/// </summary>
/// <typeparam name="TSelf">The deriving class.</typeparam>
internal abstract class BatchJob<TSelf> : IValueTaskSource<BatchOutcome>
    where TSelf : BatchJob<TSelf>
{
    private ManualResetValueTaskSourceCore<BatchOutcome> _completion = new() { RunContinuationsAsynchronously = true };

    /// <summary>
    /// Whether nobody waits for the result: the job then only takes what the device has to spare, places that batches would be padded with
    /// or lanes that nobody else wants. Set before submission.
    /// </summary>
    public bool IsSpare { get; set; }

    /// <summary>When the result is of no use any more, as a timestamp of the time provider.</summary>
    public long Deadline { get; internal set; }

    /// <summary>Timestamp of the submission.</summary>
    public long Enqueued { get; internal set; }

    /// <summary>Timestamp at which its batch left, or its leader's; 0 when it never did.</summary>
    public long Started { get; internal set; }

    /// <summary>The batch that it was in.</summary>
    public JobBatch Batch { get; internal set; }

    /// <summary>What the device threw, when the outcome is <see cref="BatchOutcome.Failed"/>.</summary>
    public Exception? Error { get; internal set; }

    /// <summary>Whether another job with an equal key may be answered with this one's result.</summary>
    public virtual bool IsShareable => false;

    /// <summary>Equal for jobs with equal keys. Only asked of shareable jobs.</summary>
    public virtual ulong KeyHash => 0;

    /// <summary>Whether the results of both are the same. Only asked of shareable jobs.</summary>
    public virtual bool KeyEquals(TSelf other) => false;

    /// <summary>Gives a job with an equal key this one's result.</summary>
    public virtual void CopyResultTo(TSelf other) { }

    // Where the scheduler keeps the job: lists run through the jobs, so that queueing allocates nothing.
    internal JobState State;
    internal TSelf? Earlier;
    internal TSelf? Later;
    internal TSelf? Older;
    internal TSelf? Newer;
    internal TSelf? NextInKeySlot;
    internal TSelf? NextCompleted;
    internal TSelf? Leader;
    internal ArrivalList<TSelf> Followers;
    internal BatchOutcome Outcome;
    internal AdaptiveBatcher<TSelf>? Batcher;
    internal CancellationTokenRegistration Cancellation;

    internal short Version => _completion.Version;

    BatchOutcome IValueTaskSource<BatchOutcome>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<BatchOutcome>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<BatchOutcome>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _completion.OnCompleted(continuation, state, token, flags);

    internal void Prepare(long deadline)
    {
        _completion.Reset();
        Deadline = deadline;
        Started = 0;
        Batch = default;
        Error = null;
        Leader = null;
    }

    internal void Signal() => _completion.SetResult(Outcome);
}
