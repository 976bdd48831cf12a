using RecOps.Server.Batching;

namespace RecOps.Bench.Batching;

/// <summary>Counts what happens in a simulation; tells a learning policy.</summary>
internal class BatchTally(IBatchPolicy policy) : IBatchObserver
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

    public void JobShed(BatchOutcome outcome)
    {
    }

    public void ResultShared()
    {
    }

    /// <summary>A batch leaves.</summary>
    /// <param name="busyLanes">Counting its own.</param>
    public virtual void BatchLeft(ReadOnlySpan<SimulatedJob> jobs, int busyLanes)
    {
    }
}

/// <summary>A policy that learns from batches by itself.</summary>
internal interface ILearningPolicy : IBatchPolicy
{
    void Observe(in BatchRecord batch);
}
