namespace RecOps.Serving.Batching;

/// <summary>A padded size and its current estimates.</summary>
internal struct BatchSize
{
    /// <summary>Jobs including padding.</summary>
    public int Size;

    /// <summary>Expected duration in ticks; 0 when unknown.</summary>
    public double Mean;

    /// <summary>Duration that a batch almost never exceeds, in ticks.</summary>
    public double Plan;

    /// <summary>Waiting jobs that would meet their deadline in such a batch, if it left now.</summary>
    public int InTime;
}
