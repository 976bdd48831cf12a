using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using RecOps.Server.Security.People;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Sessions;

/// <summary>Why a session ended early, so that the person who must sign in again is told.</summary>
internal static class SessionEnd
{
    private const string Deleted = "deleted";
    private const string Disabled = "disabled";
    private const string Password = "password";
    private const string Roles = "roles";

    /// <summary>Not an end: a link let the browser in.</summary>
    public const string Remembered = "remembered";

    private static readonly object Key = new();

    /// <summary>Text for the sign-in page; null for an unknown reason.</summary>
    public static string? Describe(string? end) =>
        end switch
        {
            Deleted => "You were signed out: your account was deleted. Ask an administrator.",
            Disabled => "You were signed out: your account is disabled. Ask an administrator.",
            Password => "You were signed out: your password was changed or reset. Sign in with the new one.",
            Roles => "You were signed out: an administrator changed your roles. Sign in again.",
            SessionEnding.Expired => "Your session has ended. Sign in again.",
            Remembered => "This browser may now sign in even while the name is locked. Use the new password.",
            _ => null,
        };

    /// <returns>Null where this request ended no session.</returns>
    public static string? Of(HttpContext context) => context.Items[Key] as string;

    /// <summary>Compares the claims of a refused cookie with the person's current state.</summary>
    public static async Task FindOutAsync(HttpContext context, ClaimsPrincipal session)
    {
        UserManager<Person> people = context.RequestServices.GetRequiredService<UserManager<Person>>();
        Person? person = await people.GetUserAsync(session);
        context.Items[Key] =
            person is null ? Deleted
            : person.Disabled ? Disabled
            : Role.All.Where(session.IsInRole).ToHashSet(StringComparer.Ordinal).SetEquals(await people.GetRolesAsync(person)) ? Password
            : Roles;
    }
}
