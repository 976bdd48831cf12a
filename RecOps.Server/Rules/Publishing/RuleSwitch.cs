using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Rules.Publishing;

/// <summary>Whether lists are made without rules, and who decided that.</summary>
internal sealed class RuleSwitch
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    public bool IsOff { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    [MaxLength(256)]
    public required string ChangedBy { get; set; }
}
