namespace RecOps.Serving.Batching;

/// <summary>What a policy wants: a batch now, or to be asked again.</summary>
/// <param name="Count">Jobs to send now, in order of deadline; 0 to wait.</param>
/// <param name="PassOver">Jobs with the earliest deadlines to give up first, since this batch cannot keep them.</param>
/// <param name="Until">When waiting ends at the latest; arrivals and ending batches ask again anyway.</param>
internal readonly record struct BatchDecision(int Count, int PassOver, BatchReason Reason, long Until)
{
    public static BatchDecision Send(int count, int passOver, BatchReason reason) => new(count, passOver, reason, 0);

    public static BatchDecision Wait(long until) => new(0, 0, default, until);
}
