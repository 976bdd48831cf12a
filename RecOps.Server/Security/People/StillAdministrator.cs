using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.People;

/// <summary>
/// Sessions are checked against the database every half a minute. Changes to people or keys check the role within their transaction:
/// someone who has lost it must not use that time to take it back.
/// </summary>
internal static class StillAdministrator
{
    /// <exception cref="NotAdministratorException">They are no longer an administrator.</exception>
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

/// <summary>Someone took the caller's role. Nothing was changed.</summary>
internal sealed class NotAdministratorException() : Exception("You are no longer an administrator, so nothing was changed.");
