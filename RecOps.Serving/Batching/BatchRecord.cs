namespace RecOps.Serving.Batching;

/// <summary>What is known of a batch once it has run.</summary>
/// <param name="Size">Jobs in it.</param>
/// <param name="PaddedSize">Jobs the device worked for.</param>
/// <param name="OldestWait">Longest wait of its jobs before it left, in ticks of the time provider.</param>
/// <param name="Predicted">Mean time it was expected to take, in ticks; 0 when nothing was known yet.</param>
/// <param name="Actual">Time it took, in ticks.</param>
internal readonly record struct BatchRecord(
    BatchReason Reason,
    int Size,
    int PaddedSize,
    long OldestWait,
    long Predicted,
    long Actual,
    bool Failed
);
