namespace RecOps.Serving.Batching;

/// <summary>The batch that a job was part of.</summary>
/// <param name="Size">Jobs in it; 0 when the job was in none.</param>
/// <param name="PaddedSize">Jobs including padding.</param>
/// <param name="Predicted">Predicted duration in ticks; 0 when nothing was known yet.</param>
internal readonly record struct JobBatch(BatchReason Reason, int Size, int PaddedSize, long Predicted);
