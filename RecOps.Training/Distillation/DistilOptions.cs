using RecOps.Training.Import;

namespace RecOps.Training.Distillation;

/// <summary>Options of <c>distil</c>.</summary>
internal sealed record DistilOptions
{
    public required ImportOptions Import { get; init; }

    /// <summary>Directory of the bundle with the teachers.</summary>
    public required string Bundle { get; init; }

    /// <summary>Directory of the bundle to write.</summary>
    public required string Output { get; init; }

    public required DistillationSettings Settings { get; init; }

    /// <summary>Null keeps the bundle's.</summary>
    public int? Seed { get; init; }

    /// <summary>Length of user and item vectors; null keeps the bundle's.</summary>
    public int? Dimension { get; init; }

    /// <summary>Passes over the data; null takes the model's default.</summary>
    public int? Epochs { get; init; }

    /// <summary>Write the bundle even when a plain baseline beats it.</summary>
    public bool ShipAnyway { get; init; }
}
