using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Models;

namespace RecOps.Server.Models.Switching;

/// <summary>That a bundle was made the one that answers. The newest row is what every replica serves.</summary>
internal sealed class ModelActivation
{
    public long Id { get; init; }

    /// <summary>Directory under Models:Directory.</summary>
    [MaxLength(128)]
    public required string Bundle { get; init; }

    /// <summary>Name and version.</summary>
    [MaxLength(256)]
    public required string Model { get; init; }

    public DateTimeOffset At { get; init; }

    [MaxLength(256)]
    public required string By { get; init; }

    /// <summary>One of <see cref="ModelActivationKind"/>.</summary>
    [MaxLength(32)]
    public required string Kind { get; init; }

    /// <summary>Bundle that was active before.</summary>
    [MaxLength(128)]
    public required string Previous { get; init; }

    /// <summary>Models:Active at that time. Whoever changes the setting since means the setting.</summary>
    [MaxLength(128)]
    public required string Configured { get; init; }

    public ModelActivationInfo Describe() => new(Bundle, Model, At, By, Kind, Previous);
}
