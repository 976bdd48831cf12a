namespace RecOps.Server.Rules.Publishing;

/// <summary>How rules are published.</summary>
internal sealed class RulesOptions
{
    public const string Section = "Rules";

    /// <summary>Whether publishing, restoring too, takes a second person who approves it. Default false.</summary>
    public bool RequireApproval { get; set; }
}
