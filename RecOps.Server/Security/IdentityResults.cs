using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace RecOps.Server.Security;

internal static class IdentityResults
{
    /// <summary>For changes that were checked before: what is refused then was changed by somebody else in between.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It was refused.</exception>
    public static void ThrowIfFailed(this IdentityResult result)
    {
        if (!result.Succeeded)
            throw new DbUpdateConcurrencyException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }
}
