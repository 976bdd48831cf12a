using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Rules that wait to be published: for a time, or for a second person's approval.</summary>
internal sealed class Publication
{
    [MaxLength(36)]
    public required string Id { get; init; }

    /// <summary>A rule document.</summary>
    public required string Json { get; init; }

    [MaxLength(2000)]
    public required string Note { get; init; }

    /// <summary>The published version at the time of the request.</summary>
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

    /// <summary>The resulting version, once published.</summary>
    public int? Version { get; set; }

    /// <summary>Why publishing failed.</summary>
    [MaxLength(2000)]
    public string? Trouble { get; set; }
}
