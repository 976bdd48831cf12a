using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Replication;

/// <summary>
/// A number that grows with each change of a subject: whoever keeps something of it in memory sees that it is old, and whoever changes it
/// holds the row meanwhile, so that others wait.
/// </summary>
internal sealed class Epoch
{
    /// <summary>Published rules, and whether they are switched off.</summary>
    public const string Rules = "rules";

    /// <summary>API keys.</summary>
    public const string Keys = "keys";

    /// <summary>Which model is active, which are compared and tried.</summary>
    public const string Models = "models";

    /// <summary>What the shop says of its items; the number of the newest change.</summary>
    public const string Catalog = "catalog";

    /// <summary>The draft of the rules.</summary>
    public const string Draft = "draft";

    /// <summary>People, their roles, and how often they tried to sign in.</summary>
    public const string People = "people";

    /// <summary>Alerts that are acknowledged or silenced.</summary>
    public const string Alerts = "alerts";

    [MaxLength(32)]
    public required string Subject { get; init; }

    public long Value { get; set; }
}
