using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Publishing;

/// <summary>A request to publish rules.</summary>
/// <param name="Document">Valid.</param>
/// <param name="By">Who asked.</param>
/// <param name="At">Null for at once.</param>
/// <param name="RestoredFrom">The version that it is a copy of.</param>
/// <param name="ResetsDraft">Whether the draft becomes the same.</param>
/// <param name="Id">Idempotency key chosen by the sender; null where none was given.</param>
internal sealed record PublicationOrder(
    RuleDocument Document,
    string Note,
    string By,
    DateTimeOffset? At = null,
    int? RestoredFrom = null,
    bool ResetsDraft = false,
    string? Id = null
);
