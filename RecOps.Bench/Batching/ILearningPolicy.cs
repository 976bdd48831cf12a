using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>A policy that learns from batches by itself.</summary>
internal interface ILearningPolicy : IBatchPolicy
{
    /// <summary>A batch has run.</summary>
    void Observe(in BatchRecord batch);
}
