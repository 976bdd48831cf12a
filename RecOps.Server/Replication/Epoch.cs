using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Replication;

/// <summary>
/// A counter that grows with each change of a subject. Readers see by it that their copy is stale, and writers hold its row, so that other
/// writers wait.
/// </summary>
internal sealed class Epoch
{
    /// <summary>Published rules, and whether they are switched off.</summary>
    public const string Rules = "rules";

    /// <summary>API keys.</summary>
    public const string Keys = "keys";

    /// <summary>Which model is active, and which are on trial.</summary>
    public const string Models = "models";

    /// <summary>The shop's catalogue changes; the version of the newest one.</summary>
    public const string Catalog = "catalog";

    /// <summary>The draft of the rules.</summary>
    public const string Draft = "draft";

    /// <summary>People, their roles, and their sign-in attempts.</summary>
    public const string People = "people";

    /// <summary>Alerts that were acknowledged or silenced.</summary>
    public const string Alerts = "alerts";

    [MaxLength(32)]
    public required string Subject { get; init; }

    public long Value { get; set; }
}
