using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>Counts what happens in a simulation, and informs a learning policy.</summary>
internal sealed class BatchTally(IBatchPolicy policy) : IBatchObserver
{
    public long Batches { get; private set; }

    public long Jobs { get; private set; }

    public long BusyTicks { get; private set; }

    public void BatchEnded(in BatchRecord batch)
    {
        Batches++;
        Jobs += batch.Size;
        BusyTicks += batch.Actual;
        (policy as ILearningPolicy)?.Observe(batch);
    }

    public void JobShed(BatchOutcome outcome) { }

    public void ResultShared() { }
}
