using Microsoft.AspNetCore.Identity;

namespace RecOps.Server.Security;

/// <summary>Someone who signs in to the console.</summary>
internal sealed class Person : IdentityUser
{
    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>The password was given by someone else.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>May not sign in any more.</summary>
    public bool Disabled { get; set; }
}
