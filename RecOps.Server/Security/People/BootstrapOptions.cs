namespace RecOps.Server.Security.People;

/// <summary>Credentials that the first start creates.</summary>
internal sealed class BootstrapOptions
{
    public const string Section = "Bootstrap";

    /// <summary>
    /// Password of the person <c>admin</c>; null to have one generated and printed. Used when there are no people yet, and by <see
    /// cref="ResetAdmin"/>.
    /// </summary>
    public string? AdminPassword { get; set; }

    /// <summary>
    /// An API key that is valid from now on, with every scope; null to have one generated and printed when there is none yet.
    /// </summary>
    public string? StorefrontKey { get; set; }

    /// <summary>Gives <c>admin</c> a new password at this start, if it was lost. Default false.</summary>
    public bool ResetAdmin { get; set; }
}
