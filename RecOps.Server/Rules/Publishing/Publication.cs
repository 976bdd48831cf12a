using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Rules that are to be published: at a time, or once somebody else has approved them.</summary>
internal sealed class Publication
{
    [MaxLength(36)]
    public required string Id { get; init; }

    /// <summary>A rule document.</summary>
    public required string Json { get; init; }

    [MaxLength(2000)]
    public required string Note { get; init; }

    /// <summary>The version that was published when it was asked for.</summary>
    public int BasedOn { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    [MaxLength(256)]
    public required string AskedBy { get; init; }

    /// <summary>Null for at once.</summary>
    public DateTimeOffset? PublishAt { get; init; }

    /// <summary>One of <see cref="PublicationState"/>.</summary>
    [MaxLength(32)]
    public required string State { get; set; }

    /// <summary>Who approved, declined or cancelled it.</summary>
    [MaxLength(256)]
    public string? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>What became of it, once it is published.</summary>
    public int? Version { get; set; }

    /// <summary>Why it could not be published.</summary>
    [MaxLength(2000)]
    public string? Trouble { get; set; }
}
