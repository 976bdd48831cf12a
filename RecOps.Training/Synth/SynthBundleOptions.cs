using RecOps.Shared.Bundles;
using RecOps.Training.Models;

namespace RecOps.Training.Synth;

/// <summary>Sizes of a synthetic bundle.</summary>
internal sealed record SynthBundleOptions
{
    /// <summary>Limit on the bytes of item vectors: the ONNX file contains them and holds at most 2 GB.</summary>
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

    /// <summary>History entries per user, 1 to 1024.</summary>
    public int History { get; init; } = 64;

    /// <summary>The same seed and sizes give the same bundle.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Also write a 16-bit floating-point ranker.</summary>
    public bool Half { get; init; }

    /// <summary>Also write an 8-bit integer ranker.</summary>
    public bool Int8 { get; init; }

    /// <summary>Items in a cluster's popular list.</summary>
    public int Popular { get; init; } = 200;

    /// <summary>The ranker's files and the precision of each.</summary>
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
