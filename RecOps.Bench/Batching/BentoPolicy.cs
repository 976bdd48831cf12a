using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>
/// After the description of BentoML's adaptive batching.
/// 1. A line fitted to recent batches predicts how long a batch takes.
/// 2. Wait for another request as long as the total added wait, n times the gap to the next one, is below the mean wait.
/// 3. Drop requests that could not be answered within the maximum latency.
/// </summary>
internal sealed class BentoPolicy(double maxLatencyMs) : ILearningPolicy
{
    private const double Decay = 0.95;
    private const double Weight = 0.05;
    private readonly long _maxLatency = SimulatedDevice.Ticks(maxLatencyMs);
    private readonly long _tick = SimulatedDevice.Ticks(1);
    private readonly RecursiveLeastSquares _line = new(0.98);
    private double _meanWait = SimulatedDevice.Ticks(1);

    public void Observe(in BatchRecord batch)
    {
        _line.Observe(batch.Size, batch.Actual);
        _meanWait += Weight * (batch.OldestWait - _meanWait);
    }

    public BatchDecision Decide(in BatchSnapshot state)
    {
        int count = Math.Min(state.Waiting, state.Limits.MaxBatch);
        double predicted = _line.Intercept + (_line.Slope * count);
        long oldest = state.Now - state.OldestEnqueued;
        if (count > 1 && oldest + predicted >= _maxLatency)
        {
            int inTime = state.Sizes[state.Limits.IndexOf(count)].InTime;
            if (inTime > 0)
                return BatchDecision.Send(Math.Min(count, inTime), state.Waiting - inTime, BatchReason.Deadline);
            return BatchDecision.Send(1, state.Waiting - 1, BatchReason.Deadline);
        }

        double gap = state.Now - state.NewestEnqueued + _tick + Math.Max(0, _line.Slope);
        return count < state.Limits.MaxBatch && count * gap <= _meanWait * Decay
            ? BatchDecision.Wait(state.Now + _tick)
            : BatchDecision.Send(count, 0, BatchReason.Full);
    }
}
