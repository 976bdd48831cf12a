using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Replication;

/// <summary>A running server, as it last reported itself.</summary>
internal sealed class Replica
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(128)]
    public required string Name { get; set; }

    public DateTimeOffset Started { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>The <see cref="Epoch.Rules"/> epoch that it serves.</summary>
    public long RulesEpoch { get; set; }

    /// <summary>0 when none were ever published, or rules are switched off.</summary>
    public int RulesVersion { get; set; }

    [MaxLength(256)]
    public string ModelVersion { get; set; } = "";
}
