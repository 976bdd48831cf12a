namespace RecOps.Serving.Batching;

/// <summary>One of the batches that a device runs concurrently, with its memory.</summary>
internal sealed class BatchLane<TJob>(int index, int maxBatch) : IThreadPoolWorkItem
    where TJob : BatchJob<TJob>
{
    private readonly TJob?[] _jobs = new TJob?[maxBatch];

    public int Index { get; } = index;

    /// <summary>Jobs on it; 0 while it is free, or reserved for a thread that will fill it.</summary>
    public int Count { get; private set; }

    public int SizeIndex { get; set; }

    public BatchReason Reason { get; set; }

    public long Started { get; set; }

    /// <summary>Predicted ticks of its batch.</summary>
    public long Predicted { get; set; }

    public long OldestWait { get; set; }

    public bool IsBusy { get; set; }

    /// <summary>The batcher whose thread pool item this is.</summary>
    public AdaptiveBatcher<TJob>? Batcher { get; set; }

    public ReadOnlySpan<TJob> Jobs => _jobs.AsSpan(0, Count)!;

    public void Add(TJob job) => _jobs[Count++] = job;

    public bool Holds(TJob job) => Array.IndexOf(_jobs, job, 0, Count) >= 0;

    public void Clear()
    {
        Array.Clear(_jobs, 0, Count);
        Count = 0;
    }

    void IThreadPoolWorkItem.Execute() => Batcher!.RunLane(this);
}
