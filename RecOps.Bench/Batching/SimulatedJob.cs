using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>A request of the simulation.</summary>
internal sealed class SimulatedJob(ulong? key = null) : BatchJob<SimulatedJob>
{
    /// <summary>When it was answered; 0 if it was not.</summary>
    public long Answered { get; set; }

    public override bool IsShareable => key is not null;

    public override ulong KeyHash => key!.Value;

    public override bool KeyEquals(SimulatedJob other) => KeyHash == other.KeyHash;

    public override void CopyResultTo(SimulatedJob other) => other.Answered = Answered;
}
