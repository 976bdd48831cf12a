using RecOps.Shared.Bundles;
using RecOps.Training.Models;

namespace RecOps.Training.Synth;

/// <summary>How large the made-up bundle is.</summary>
internal sealed record SynthBundleOptions
{
    /// <summary>Most bytes that item vectors may have: they travel in the ONNX file, which holds 2 GB.</summary>
    public const long MaxVectorBytes = 1_900_000_000;

    public required string Name { get; init; }

    /// <summary>At least 1.</summary>
    public required int Users { get; init; }

    /// <summary>At least 1.</summary>
    public required int Items { get; init; }

    /// <summary>Length of vectors, 8 to 512.</summary>
    public int Dimension { get; init; } = 64;

    /// <summary>Behaviour clusters, 1 to 4096.</summary>
    public int Clusters { get; init; } = 64;

    /// <summary>History entries of a user, 1 to 1024.</summary>
    public int History { get; init; } = 64;

    /// <summary>The same seed and sizes give the same bundle.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Write the ranker in 16-bit numbers too.</summary>
    public bool Half { get; init; }

    /// <summary>Write the ranker in 8-bit integers too.</summary>
    public bool Int8 { get; init; }

    /// <summary>Items in a cluster's popular list.</summary>
    public int Popular { get; init; } = 200;

    /// <summary>Files of the ranker and the numbers each calculates in.</summary>
    public IEnumerable<(string File, RankerPrecision Precision)> RankerForms
    {
        get
        {
            yield return (BundleFile.Ranker, RankerPrecision.Single);
            if (Half)
                yield return (BundleFile.RankerHalf, RankerPrecision.Half);
            if (Int8)
                yield return (BundleFile.RankerInt8, RankerPrecision.Int8);
        }
    }
}
