using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>
/// After the description of Triton Inference Server's dynamic batcher.
/// 1. As soon as a batch of a preferred size can be formed, send the largest such batch.
/// 2. Otherwise hold requests back until the oldest has waited for the maximum queue delay, then send all of them.
/// </summary>
internal sealed class TritonPolicy(int[] preferred, double maxQueueDelayMs) : IBatchPolicy
{
    private readonly long _delay = SimulatedDevice.Ticks(maxQueueDelayMs);

    public BatchDecision Decide(in BatchSnapshot state)
    {
        int best = 0;
        foreach (int size in preferred)
        {
            if (size <= state.Waiting)
                best = Math.Max(best, size);
        }

        if (best > 0)
            return BatchDecision.Send(best, 0, BatchReason.Full);
        long tooOld = state.OldestEnqueued + _delay;
        return state.Now >= tooOld
            ? BatchDecision.Send(Math.Min(state.Waiting, state.Limits.MaxBatch), 0, BatchReason.Age)
            : BatchDecision.Wait(tooOld);
    }
}
