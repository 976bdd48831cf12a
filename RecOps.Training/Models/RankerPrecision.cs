namespace RecOps.Training.Models;

/// <summary>In which numbers a ranker calculates. Inputs and scores are f32 in all of them.</summary>
internal enum RankerPrecision
{
    /// <summary>f32, with item vectors kept as f16.</summary>
    Single,

    /// <summary>f16 throughout, which GPUs do twice as fast.</summary>
    Half,

    /// <summary>Item vectors and dense layers as 8-bit integers with a scale for each item and each output.</summary>
    Int8,
}
