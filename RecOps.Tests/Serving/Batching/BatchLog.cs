using System.Collections.Concurrent;
using RecOps.Serving.Batching;

namespace RecOps.Tests.Serving.Batching;

internal sealed class BatchLog : IBatchObserver
{
    private int _shared;

    public ConcurrentQueue<BatchRecord> Batches { get; } = new();

    public ConcurrentQueue<BatchOutcome> Shed { get; } = new();

    public int Shared => _shared;

    public void BatchEnded(in BatchRecord batch) => Batches.Enqueue(batch);

    public void JobShed(BatchOutcome outcome) => Shed.Enqueue(outcome);

    public void ResultShared() => Interlocked.Increment(ref _shared);
}
