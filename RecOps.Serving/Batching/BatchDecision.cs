namespace RecOps.Serving.Batching;

/// <summary>A policy's decision: send a batch now, or ask again later.</summary>
/// <param name="Count">Jobs to send now, in order of deadline; 0 to wait.</param>
/// <param name="PassOver">Jobs with the earliest deadlines to shed first, since this batch cannot meet them.</param>
/// <param name="Until">When to ask again at the latest; arrivals and completed batches ask anyway.</param>
internal readonly record struct BatchDecision(int Count, int PassOver, BatchReason Reason, long Until)
{
    public static BatchDecision Send(int count, int passOver, BatchReason reason) => new(count, passOver, reason, 0);

    public static BatchDecision Wait(long until) => new(0, 0, default, until);
}
