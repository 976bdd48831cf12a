using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>
/// Batches of a fixed size, or smaller ones once the oldest job has waited long enough. Like RecOps, it skips jobs that would be late in
/// such a batch, so that only size and wait differ. Size one without waiting means no batching.
/// </summary>
internal sealed class FixedPolicy(int size, double waitMs) : IBatchPolicy
{
    private readonly long _wait = SimulatedDevice.Ticks(waitMs);

    public int Size => size;

    public double WaitMs => waitMs;

    public BatchDecision Decide(in BatchSnapshot state)
    {
        long tooOld = state.OldestEnqueued + _wait;
        if (state.Waiting < size && state.Now < tooOld)
            return BatchDecision.Wait(tooOld);
        int wanted = Math.Min(size, state.Waiting);
        int inTime = state.Sizes[state.Limits.IndexOf(wanted)].InTime;
        return inTime == 0
            ? BatchDecision.Send(1, state.Waiting - 1, BatchReason.Age)
            : BatchDecision.Send(Math.Min(wanted, inTime), state.Waiting - inTime, BatchReason.Full);
    }
}
