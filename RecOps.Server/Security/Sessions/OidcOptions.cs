namespace RecOps.Server.Security.Sessions;

/// <summary>Sign-in with accounts of an identity provider (OpenID Connect), in addition to passwords.</summary>
internal sealed class OidcOptions
{
    public const string Section = "Oidc";

    /// <summary>Address of the provider; null for none.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary>Text of the button on the sign-in page.</summary>
    public string Label { get; set; } = "Sign in with your company account";

    /// <summary>The claim whose values are roles here. Default roles.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Role of people whose claim has none; null to refuse them.</summary>
    public string? DefaultRole { get; set; }

    public bool IsOn => !string.IsNullOrEmpty(Authority);
}
