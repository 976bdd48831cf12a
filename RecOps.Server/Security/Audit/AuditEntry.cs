using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Audit;

/// <summary>An audited action: written once, never changed.</summary>
internal sealed class AuditEntry
{
    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Name of the person; of a program for actions without a person.</summary>
    [MaxLength(256)]
    public required string Actor { get; init; }

    /// <summary>One of <see cref="AuditAction"/>.</summary>
    [MaxLength(64)]
    public required string Action { get; init; }

    /// <summary>What the action applied to.</summary>
    [MaxLength(256)]
    public required string Subject { get; init; }

    /// <summary>Where the call came from; empty for actions without a person.</summary>
    [MaxLength(64)]
    public required string Address { get; init; }

    /// <summary>JSON; null when there was nothing before.</summary>
    public string? Before { get; init; }

    /// <summary>JSON; null when there is nothing afterwards.</summary>
    public string? After { get; init; }

    /// <summary>A copy, for another attempt to write it.</summary>
    public AuditEntry Copy() =>
        new()
        {
            At = At,
            Actor = Actor,
            Action = Action,
            Subject = Subject,
            Address = Address,
            Before = Before,
            After = After,
        };
}
