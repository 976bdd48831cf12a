using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Replication;

/// <summary>A number that grows with each change of something that replicas keep in memory.</summary>
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

    [MaxLength(32)]
    public required string Subject { get; init; }

    public long Value { get; set; }
}
