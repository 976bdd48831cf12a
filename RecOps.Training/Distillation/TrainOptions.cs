using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;

namespace RecOps.Training.Distillation;

/// <summary>Options of <c>train</c>.</summary>
internal sealed record TrainOptions
{
    public required ImportOptions Import { get; init; }

    /// <summary>Directory of the bundle to write.</summary>
    public required string Output { get; init; }

    /// <summary>Name of the bundle.</summary>
    public required string Name { get; init; }

    /// <summary>What to predict.</summary>
    public InteractionType Target { get; init; } = InteractionType.Purchase;

    /// <summary>How much work to spend.</summary>
    public TrainingPreset Preset { get; init; } = TrainingPreset.Plain;

    /// <summary>The same data, options and seed give the same model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Length of user and item vectors, 8 to 512.</summary>
    public int Dimension { get; init; } = 64;

    /// <summary>History entries kept for each user, 1 to 1024.</summary>
    public int History { get; init; } = 128;

    /// <summary>Share of the newest events held out for the report, 0 to 0.5; 0 trains on all of them.</summary>
    public double Holdout { get; init; } = 0.1;

    /// <summary>Passes over the data; null takes each model's default.</summary>
    public int? Epochs { get; init; }

    /// <summary>Chosen by a trial, see <see cref="LearningTrial"/>.</summary>
    public bool SharesTraits { get; init; }

    /// <summary>Whether models read what happened to each history entry and when; chosen by a trial too.</summary>
    public bool ReadsEvents { get; init; }

    /// <summary>Also write an 8-bit ranker.</summary>
    public bool Int8 { get; init; }

    /// <summary>Whether the bundle includes the teachers, so that others can distil the student again and compare.</summary>
    public bool KeepTeachers { get; init; } = true;

    /// <summary>Directory for the control's bundle; null for none.</summary>
    public string? ControlOutput { get; init; }

    /// <summary>Write the bundle even when a plain baseline beats it.</summary>
    public bool ShipAnyway { get; init; }

    /// <summary>Sizes of the student and the control.</summary>
    public RankerShape StudentShape(ShopData data) =>
        new()
        {
            Items = data.Catalog.Count,
            Dimension = Dimension,
            History = History,
            ReadsEvents = ReadsEvents,
            Features = TrainingSet.Features,
        };

    /// <summary>Everything that the result of a long training depends on.</summary>
    public string Fingerprint(ShopData data)
    {
        InteractionTable events = data.Interactions;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(events.Users));
        hash.AppendData(MemoryMarshal.AsBytes<int>(events.Items));
        hash.AppendData(MemoryMarshal.AsBytes<long>(events.Times));
        hash.AppendData(MemoryMarshal.AsBytes<InteractionType>(events.Types));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"3 {Preset} {Seed} {Dimension} {History} {Holdout:R} {Epochs} {Int8} {events.Target} {data.Catalog.Count} {data.Users.Count} "
                + $"{Convert.ToHexString(hash.GetHashAndReset())}"
        );
    }
}
