using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>
/// A batch of one size, or fewer once the oldest has waited so long. It passes over whom such a batch cannot keep in time, as RecOps
/// does, so that size and wait are all that differs. Size one without waiting is no batching.
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
