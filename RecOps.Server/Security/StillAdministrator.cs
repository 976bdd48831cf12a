using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

/// <summary>
/// A session is held against the database every half a minute. Who changes people or keys is looked up within the change: whoever has lost
/// the role must not use that time to take it back.
/// </summary>
internal static class StillAdministrator
{
    /// <exception cref="NotAdministratorException">They are not any more.</exception>
    public static async Task DemandAsync(UserManager<Person> people, ClaimsPrincipal actor)
    {
        if (
            people.GetUserId(actor) is { } id
            && await people.FindByIdAsync(id) is { Disabled: false } person
            && await people.IsInRoleAsync(person, Role.Admin)
        )
            return;
        throw new NotAdministratorException();
    }
}

/// <summary>Somebody took the role of whoever asks. Nothing was changed.</summary>
internal sealed class NotAdministratorException() : Exception("You are not an administrator any more, so nothing was changed.");
