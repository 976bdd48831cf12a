namespace RecOps.Serving.Batching;

/// <summary>The batch that a job rode in.</summary>
/// <param name="Size">Jobs in it; 0 when the job was in none.</param>
/// <param name="PaddedSize">Jobs that the device worked for.</param>
/// <param name="Predicted">Ticks it was expected to take; 0 when nothing was known yet.</param>
internal readonly record struct JobBatch(BatchReason Reason, int Size, int PaddedSize, long Predicted);
