using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using RecOps.Training.Models;

namespace RecOps.Training;

/// <summary>What <c>train</c> is asked to do.</summary>
internal sealed record TrainOptions
{
    public required ImportOptions Import { get; init; }

    /// <summary>Directory of the bundle to write.</summary>
    public required string Output { get; init; }

    /// <summary>Name of the bundle.</summary>
    public required string Name { get; init; }

    /// <summary>The same data, options and seed give the same model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Length of user and item vectors, 8 to 512.</summary>
    public int Dimension { get; init; } = 64;

    /// <summary>History entries kept for each user, 1 to 1024.</summary>
    public int History { get; init; } = 128;

    /// <summary>Share of the newest events kept from training for the report, 0 to 0.5; 0 trains on all of them.</summary>
    public double Holdout { get; init; } = 0.1;

    /// <summary>Passes over the data; null lets each model decide.</summary>
    public int? Epochs { get; init; }

    /// <summary>Write the ranker in 8-bit integers too.</summary>
    public bool Int8 { get; init; }

    /// <summary>Files of the ranker and the numbers each calculates in.</summary>
    public IEnumerable<(string File, RankerPrecision Precision)> RankerForms
    {
        get
        {
            yield return (BundleFile.Ranker, RankerPrecision.Single);
            yield return (BundleFile.RankerHalf, RankerPrecision.Half);
            if (Int8) yield return (BundleFile.RankerInt8, RankerPrecision.Int8);
        }
    }

    /// <summary>Write the bundle even when a plain baseline beats it.</summary>
    public bool ShipAnyway { get; init; }
}
