using RecOps.Server.Hosting;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Sessions;

/// <summary>Checks settings that depend on each other at start.</summary>
internal sealed class OidcSettings : ISettingsCheck
{
    public IEnumerable<string> Failures(IConfiguration configuration)
    {
        OidcOptions oidc = configuration.GetSection(OidcOptions.Section).Get<OidcOptions>() ?? new OidcOptions();
        if (!oidc.IsOn)
            yield break;
        if (!Uri.TryCreate(oidc.Authority, UriKind.Absolute, out Uri? authority) || authority.Scheme is not ("http" or "https"))
            yield return $"Oidc:Authority is '{oidc.Authority}': must be the address of the identity provider.";
        else if (authority.Scheme == "http" && !authority.IsLoopback)
            yield return $"Oidc:Authority is '{oidc.Authority}': must begin with https://.";
        if (string.IsNullOrEmpty(oidc.ClientId))
            yield return "Oidc:ClientId is missing: it must be set together with Oidc:Authority.";
        if (oidc.DefaultRole is { Length: > 0 } role && !Role.All.Contains(role))
            yield return $"Oidc:DefaultRole is '{role}': must be one of {string.Join(", ", Role.All)}.";
    }
}
