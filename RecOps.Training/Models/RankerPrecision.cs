namespace RecOps.Training.Models;

/// <summary>The precision a ranker computes in. Inputs and scores are always f32.</summary>
internal enum RankerPrecision
{
    /// <summary>f32, with item vectors stored as f16.</summary>
    Single,

    /// <summary>f16 throughout, twice as fast on GPUs.</summary>
    Half,

    /// <summary>Item vectors and dense layers as 8-bit integers with a scale for each item and each output.</summary>
    Int8,
}
