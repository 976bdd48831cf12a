namespace RecOps.Server.Rules.Publishing;

/// <summary>How rules are published.</summary>
internal sealed class RulesOptions
{
    public const string Section = "Rules";

    /// <summary>Whether publishing and restoring need a second person's approval. Default false.</summary>
    public bool RequireApproval { get; set; }
}
