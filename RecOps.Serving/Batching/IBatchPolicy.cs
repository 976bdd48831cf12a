namespace RecOps.Serving.Batching;

/// <summary>Decides when a batch leaves and how large it is.</summary>
internal interface IBatchPolicy
{
    /// <summary>Called when jobs wait and a lane is free. A pure function of the snapshot.</summary>
    BatchDecision Decide(in BatchSnapshot state);
}
