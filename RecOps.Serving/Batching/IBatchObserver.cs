namespace RecOps.Serving.Batching;

/// <summary>Observes a batcher's output. Called under the batcher's lock: must be quick and must not call back.</summary>
internal interface IBatchObserver
{
    void BatchEnded(in BatchRecord batch);

    /// <summary>A job ended without a result: anything but <see cref="BatchOutcome.Completed"/>.</summary>
    void JobShed(BatchOutcome outcome);

    /// <summary>A job got another job's result.</summary>
    void ResultShared();
}
