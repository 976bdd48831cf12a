using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Rules.Publishing;

/// <summary>The rules being edited: one draft for everyone.</summary>
internal sealed class RuleDraft
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    /// <summary>A rule document.</summary>
    public required string Json { get; set; }

    /// <summary>Grows with each change.</summary>
    public int Revision { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    [MaxLength(256)]
    public required string ChangedBy { get; set; }
}
