using Microsoft.AspNetCore.Identity;

namespace RecOps.Server.Security.People;

/// <summary>Someone who signs in to the console.</summary>
internal sealed class Person : IdentityUser
{
    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>Someone else chose the password.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>May no longer sign in.</summary>
    public bool Disabled { get; set; }
}
