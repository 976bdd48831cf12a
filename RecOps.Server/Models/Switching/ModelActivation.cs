using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Models;

namespace RecOps.Server.Models.Switching;

/// <summary>Records that a bundle was activated. Every replica serves the newest row.</summary>
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

    /// <summary>The previously active bundle.</summary>
    [MaxLength(128)]
    public required string Previous { get; init; }

    /// <summary>Models:Active at that time. If the setting has changed since, the setting wins.</summary>
    [MaxLength(128)]
    public required string Configured { get; init; }

    public ModelActivationInfo Describe() => new(Bundle, Model, At, By, Kind, Previous);
}
