using System.Threading.Tasks.Sources;

namespace RecOps.Serving.Batching;

/// <summary>
/// The pooled unit of work. It belongs to the batcher from submission until the returned task completes, and may then be reused. Completion
/// allocates nothing.
/// </summary>
/// <typeparam name="TSelf">The deriving class.</typeparam>
internal abstract class BatchJob<TSelf> : IValueTaskSource<BatchOutcome>
    where TSelf : BatchJob<TSelf>
{
    private ManualResetValueTaskSourceCore<BatchOutcome> _completion = new() { RunContinuationsAsynchronously = true };

    /// <summary>
    /// Whether nobody waits for the result. Such a job only uses spare capacity: places that would be padding, or lanes that nobody else
    /// needs. Set before submission.
    /// </summary>
    public bool IsSpare { get; set; }

    /// <summary>When the result becomes useless, as a timestamp of the time provider.</summary>
    public long Deadline { get; internal set; }

    /// <summary>Timestamp of the submission.</summary>
    public long Enqueued { get; internal set; }

    /// <summary>Timestamp at which its batch, or its leader's, left; 0 when it never did.</summary>
    public long Started { get; internal set; }

    /// <summary>The batch that it was in.</summary>
    public JobBatch Batch { get; internal set; }

    /// <summary>What the device threw, when the outcome is <see cref="BatchOutcome.Failed"/>.</summary>
    public Exception? Error { get; internal set; }

    /// <summary>Whether another job with an equal key may share this one's result.</summary>
    public virtual bool IsShareable => false;

    /// <summary>Equal for jobs with equal keys. Only called for shareable jobs.</summary>
    public virtual ulong KeyHash => 0;

    /// <summary>Whether both have the same result. Only called for shareable jobs.</summary>
    public virtual bool KeyEquals(TSelf other) => false;

    /// <summary>Copies this job's result to a job with an equal key.</summary>
    public virtual void CopyResultTo(TSelf other) { }

    // The scheduler's links: its lists run through the jobs, so queueing allocates nothing.
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
