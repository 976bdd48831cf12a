using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace RecOps.Server.Security.People;

internal static class IdentityResults
{
    /// <summary>For changes that were validated beforehand: a refusal then means a concurrent change.</summary>
    /// <exception cref="DbUpdateConcurrencyException">The change was refused.</exception>
    public static void ThrowIfFailed(this IdentityResult result)
    {
        if (!result.Succeeded)
            throw new DbUpdateConcurrencyException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }
}
