namespace RecOps.Server.Security;

/// <summary>What the first start gives people and programs to begin with.</summary>
internal sealed class BootstrapOptions
{
    public const string Section = "Bootstrap";

    /// <summary>
    /// Password of the person <c>admin</c>; null to have one made and printed. Used when there is nobody yet, and by
    /// <see cref="ResetAdmin"/>.
    /// </summary>
    public string? AdminPassword { get; set; }

    /// <summary>An API key with every scope that is good from now on; null to have one made and printed when there is none yet.</summary>
    public string? StorefrontKey { get; set; }

    /// <summary>Gives <c>admin</c> a new password at this start, for whoever has lost it. Default false.</summary>
    public bool ResetAdmin { get; set; }
}
