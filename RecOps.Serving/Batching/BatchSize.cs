namespace RecOps.Serving.Batching;

/// <summary>One padded size and what is known about it now.</summary>
internal struct BatchSize
{
    /// <summary>Jobs the device works for.</summary>
    public int Size;

    /// <summary>Expected time of a batch, in ticks; 0 when nothing is known.</summary>
    public double Mean;

    /// <summary>Time that a batch almost never exceeds, in ticks.</summary>
    public double Plan;

    /// <summary>Waiting jobs whose deadline such a batch would keep if it left now.</summary>
    public int InTime;
}
