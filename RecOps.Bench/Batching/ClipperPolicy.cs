using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>
/// After Crankshaw et al., Clipper: A Low-Latency Online Prediction Serving System (NSDI 2017).
/// 1. The maximum batch size grows by a constant while batches meet the objective.
/// 2. It shrinks by a tenth when one does not.
/// 3. A free device takes whatever waits, up to that maximum.
/// </summary>
internal sealed class ClipperPolicy(double sloMs) : ILearningPolicy
{
    private const double Step = 1;
    private const double BackOff = 0.9;
    private readonly long _slo = SimulatedDevice.Ticks(sloMs);
    private double _largest = 1;

    public void Observe(in BatchRecord batch)
    {
        if (batch.Actual > _slo)
            _largest = Math.Max(1, _largest * BackOff);
        else if (batch.Size >= (int)_largest)
            _largest = Math.Min(DeviceModel.MaxBatch, _largest + Step);
    }

    public BatchDecision Decide(in BatchSnapshot state) => BatchDecision.Send(Math.Min(state.Waiting, (int)_largest), 0, BatchReason.Full);
}
