using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Rules.Publishing;

/// <summary>A published version: never changed.</summary>
internal sealed class PublishedRules
{
    /// <summary>1 for the first.</summary>
    public int Version { get; init; }

    /// <summary>A rule document.</summary>
    public required string Json { get; init; }

    [MaxLength(2000)]
    public required string Note { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    [MaxLength(256)]
    public required string PublishedBy { get; init; }

    /// <summary>Null when no approval was needed.</summary>
    [MaxLength(256)]
    public string? ApprovedBy { get; init; }

    /// <summary>The version that it is a copy of.</summary>
    public int? RestoredFrom { get; init; }
}
