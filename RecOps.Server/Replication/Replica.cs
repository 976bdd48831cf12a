using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Replication;

/// <summary>A running server, as it last said of itself.</summary>
internal sealed class Replica
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(128)]
    public required string Name { get; set; }

    public DateTimeOffset Started { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Epoch of <see cref="Epoch.Rules"/> that it serves.</summary>
    public long RulesEpoch { get; set; }

    /// <summary>0 when none were ever published, or they are switched off.</summary>
    public int RulesVersion { get; set; }

    [MaxLength(256)]
    public string ModelVersion { get; set; } = "";
}
