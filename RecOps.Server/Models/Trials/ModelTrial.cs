using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Models.Trials;

/// <summary>A bundle that runs beside the active one, on every replica.</summary>
internal sealed class ModelTrial
{
    public const string Shadow = "shadow";
    public const string Canary = "canary";

    /// <summary><see cref="Shadow"/> or <see cref="Canary"/>; there is one of each at most.</summary>
    [MaxLength(16)]
    public required string Kind { get; init; }

    /// <summary>Directory under Models:Directory.</summary>
    [MaxLength(128)]
    public required string Bundle { get; set; }

    /// <summary>Share of the requests or of the shoppers, above 0 to 1.</summary>
    public double Share { get; set; }

    public DateTimeOffset At { get; set; }

    [MaxLength(256)]
    public required string By { get; set; }
}
