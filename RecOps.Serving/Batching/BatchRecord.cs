namespace RecOps.Serving.Batching;

/// <summary>Facts about a completed batch.</summary>
/// <param name="Size">Jobs in it.</param>
/// <param name="PaddedSize">Jobs including padding.</param>
/// <param name="OldestWait">Longest wait of its jobs before it left, in ticks of the time provider.</param>
/// <param name="Predicted">Predicted mean duration in ticks; 0 when nothing was known yet.</param>
/// <param name="Actual">Actual duration in ticks.</param>
internal readonly record struct BatchRecord(
    BatchReason Reason,
    int Size,
    int PaddedSize,
    long OldestWait,
    long Predicted,
    long Actual,
    bool Failed
);
