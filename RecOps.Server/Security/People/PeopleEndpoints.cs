using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Hosting.Http;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.Sessions;
using RecOps.Server.Storage;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.People;

/// <summary>Manages people. A check and the change that it allows are one step: changes to people are serialized.</summary>
internal static class PeopleEndpoints
{
    private const int MaxNameLength = 64;
    private const string LastAdmin = "This is the last administrator. Give someone else the role first.";

    public static IEndpointRouteBuilder MapPeople(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").RequireAuthorization(Access.Administer);
        group.MapGet(Routes.People, ListAsync);
        group.MapPost(Routes.People, CreateAsync);
        group.MapPatch(Routes.Person, ChangeAsync);
        group.MapDelete(Routes.Person, DeleteAsync);
        group.MapPost(Routes.PersonPassword, ResetAsync);
        return routes;
    }

    private static async Task<Ok<PersonList>> ListAsync(UserManager<Person> people, TimeProvider time)
    {
        var list = new List<PersonInfo>();
        foreach (Person person in await people.Users.OrderBy(person => person.NormalizedUserName).ToArrayAsync())
            list.Add(await DescribeAsync(person, people, time));
        return TypedResults.Ok(new PersonList([.. list]));
    }

    private static async Task<Results<Created<PersonPassword>, ValidationProblem>> CreateAsync(
        NewPerson request,
        ClaimsPrincipal actor,
        UserManager<Person> people,
        AuditLog audit,
        ExclusiveChanges exclusive,
        PasswordHashing hashing,
        TimeProvider time,
        HttpRequest call
    )
    {
        var errors = new FieldErrors();
        string name = request.User?.Trim() ?? "";
        if (name.Length is < 1 or > MaxNameLength)
            errors.Add("user", $"The name must have 1 to {MaxNameLength} characters.");
        if (name is "." or "..")
            errors.Add("user", $"The name cannot be '{name}': it cannot be part of an address.");
        if (AuditLog.IsReserved(name))
            errors.Add("user", $"The name cannot be '{name}': it is reserved for the audit log.");
        CheckRoles(request.Roles, ref errors);
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        string password = Bootstrap.NewPassword();
        var person = new Person
        {
            UserName = name,
            CreatedAt = time.GetUtcNow(),
            LockoutEnabled = true,
            MustChangePassword = true,
        };
        person.PasswordHash = await hashing.HashAsync(person, password);
        return await exclusive.RunAsync<Results<Created<PersonPassword>, ValidationProblem>>(
            Epoch.People,
            async () =>
            {
                await StillAdministrator.DemandAsync(people, actor);
                var errors = new FieldErrors();
                foreach (IdentityError error in (await people.CreateAsync(person)).Errors)
                    errors.Add("user", Describe(error, name));
                if (errors.Any)
                    return TypedResults.ValidationProblem(errors.ByField);
                (await people.AddToRolesAsync(person, request.Roles!.Distinct())).ThrowIfFailed();
                PersonInfo info = await DescribeAsync(person, people, time);
                audit.Add(AuditAction.PersonCreated, name, null, info, SecurityContracts.Default.PersonInfo);
                return TypedResults.Created(call.PublicPath(Routes.PersonOf(name)), new PersonPassword(info, password));
            }
        );
    }

    private static async Task<Results<Ok<PersonInfo>, ValidationProblem, ProblemHttpResult>> ChangeAsync(
        string user,
        PersonUpdate update,
        ClaimsPrincipal actor,
        UserManager<Person> people,
        AuditLog audit,
        ExclusiveChanges exclusive,
        PasswordAttempts attempts,
        SignInManager<Person> signIn,
        TimeProvider time
    )
    {
        Person? changed = null;
        Results<Ok<PersonInfo>, ValidationProblem, ProblemHttpResult> answer = await exclusive.RunAsync(Epoch.People, ChangeAsync);
        if (changed is not null && update.Unlock == true)
            attempts.Forget(changed);
        return answer;

        async Task<Results<Ok<PersonInfo>, ValidationProblem, ProblemHttpResult>> ChangeAsync()
        {
            await StillAdministrator.DemandAsync(people, actor);
            if (await people.FindByNameAsync(user) is not { } person)
                return Missing(user);
            var errors = new FieldErrors();
            if (update is { Roles: null, Disabled: null, Unlock: not true })
                errors.Add("roles", "Nothing to change. Give roles, disabled, or unlock with true.");
            if (update.Roles is not null)
                CheckRoles(update.Roles, ref errors);
            bool losesAdmin = (update.Roles is { } wanted && !wanted.Contains(Role.Admin)) || update.Disabled == true;
            if (losesAdmin && await IsLastAdminAsync(person, people))
                errors.Add(update.Roles is null ? "disabled" : "roles", LastAdmin);
            if (update.Disabled == true && IsSelf(person, actor))
                errors.Add("disabled", "You cannot disable your own account.");
            if (errors.Any)
                return TypedResults.ValidationProblem(errors.ByField);
            PersonInfo before = await DescribeAsync(person, people, time);
            if (
                update is { Roles: not null, ExpectedRoles: { } expected }
                && !before.Roles.ToHashSet(StringComparer.Ordinal).SetEquals(expected)
            )
            {
                return TypedResults.Problem(
                    $"Someone else has changed the roles of {person.UserName} to {string.Join(", ", before.Roles)}. "
                        + $"Nothing was changed.",
                    statusCode: StatusCodes.Status409Conflict
                );
            }

            bool isOther =
                (update.Roles is { } roles && !before.Roles.ToHashSet(StringComparer.Ordinal).SetEquals(roles))
                || (update.Disabled is { } state && state != before.Disabled);
            bool unlocks = update.Unlock == true && before.LockedUntil is not null;
            changed = person;
            if (!isOther && !unlocks)
                return TypedResults.Ok(before);
            if (update.Roles is not null)
            {
                (await people.RemoveFromRolesAsync(person, before.Roles.Except(update.Roles))).ThrowIfFailed();
                (await people.AddToRolesAsync(person, update.Roles.Distinct().Except(before.Roles))).ThrowIfFailed();
            }

            if (update.Disabled is { } disabled)
                person.Disabled = disabled;
            if (unlocks)
                (person.LockoutEnd, person.AccessFailedCount) = (null, 0);

            // Existing sessions end at their next check. A person who is only unlocked keeps theirs.
            (isOther ? await people.UpdateSecurityStampAsync(person) : await people.UpdateAsync(person)).ThrowIfFailed();
            PersonInfo after = await DescribeAsync(person, people, time);
            audit.Add(AuditAction.PersonChanged, person.UserName!, before, after, SecurityContracts.Default.PersonInfo);

            // People who change their own roles continue with the new ones. Done before the commit, after which nothing may fail.
            if (isOther && IsSelf(person, actor))
                await signIn.RefreshSignInAsync(person);
            return TypedResults.Ok(after);
        }
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> DeleteAsync(
        string user,
        ClaimsPrincipal actor,
        UserManager<Person> people,
        AuditLog audit,
        ExclusiveChanges exclusive,
        PasswordAttempts attempts,
        TimeProvider time
    )
    {
        Person? deleted = null;
        Results<NoContent, ValidationProblem, ProblemHttpResult> answer = await exclusive.RunAsync<
            Results<NoContent, ValidationProblem, ProblemHttpResult>
        >(
            Epoch.People,
            async () =>
            {
                await StillAdministrator.DemandAsync(people, actor);
                if (await people.FindByNameAsync(user) is not { } person)
                    return Missing(user);
                var errors = new FieldErrors();
                if (IsSelf(person, actor))
                    errors.Add("user", "You cannot delete your own account.");
                else if (await IsLastAdminAsync(person, people))
                    errors.Add("user", LastAdmin);
                if (errors.Any)
                    return TypedResults.ValidationProblem(errors.ByField);
                PersonInfo before = await DescribeAsync(person, people, time);
                audit.Add(AuditAction.PersonDeleted, person.UserName!, before, null, SecurityContracts.Default.PersonInfo);
                (await people.DeleteAsync(person)).ThrowIfFailed();
                deleted = person;
                return TypedResults.NoContent();
            }
        );
        if (deleted is not null)
            attempts.Forget(deleted);
        return answer;
    }

    /// <summary>
    /// Gives a person a new password, unless someone else does so at the same time: of two passwords shown, one would never work.
    /// </summary>
    private static async Task<Results<Ok<PersonPassword>, ProblemHttpResult>> ResetAsync(
        string user,
        ClaimsPrincipal actor,
        UserManager<Person> people,
        AuditLog audit,
        ExclusiveChanges exclusive,
        PasswordHashing hashing,
        PasswordAttempts attempts,
        TimeProvider time
    )
    {
        if (await people.FindByNameAsync(user) is not { } seen)
            return Missing(user);
        string password = Bootstrap.NewPassword();
        string hash = await hashing.HashAsync(seen, password);
        (Person? person, PersonInfo? info) = await exclusive.RunAsync<(Person?, PersonInfo?)>(
            Epoch.People,
            async () =>
            {
                await StillAdministrator.DemandAsync(people, actor);
                Person? person = await people.FindByIdAsync(seen.Id);
                if (person is null || person.PasswordHash != seen.PasswordHash)
                    return (person, null);
                (person.PasswordHash, person.MustChangePassword, person.LockoutEnd, person.AccessFailedCount) = (hash, true, null, 0);
                PersonInfo info = await DescribeAsync(person, people, time);
                audit.Add(AuditAction.PasswordReset, person.UserName!);
                (await people.UpdateSecurityStampAsync(person)).ThrowIfFailed();
                return (person, info);
            }
        );
        if (person is null)
            return Missing(user);
        if (info is null)
        {
            return TypedResults.Problem(
                $"The password of {person.UserName} was reset or changed by someone else at the same time, and that one counts. Ask "
                    + $"them, or reset it again.",
                statusCode: StatusCodes.Status409Conflict
            );
        }

        attempts.Forget(person);
        return TypedResults.Ok(new PersonPassword(info, password));
    }

    private static void CheckRoles(string[]? roles, ref FieldErrors errors)
    {
        if (roles is not { Length: > 0 })
            errors.Add("roles", $"Give at least one role: {string.Join(", ", Role.All)}.");
        foreach (string role in roles ?? [])
        {
            if (!Role.All.Contains(role))
                errors.Add("roles", $"Unknown role '{role}'. Roles are {string.Join(", ", Role.All)}.");
        }
    }

    private static string Describe(IdentityError error, string name) =>
        error.Code switch
        {
            nameof(IdentityErrorDescriber.DuplicateUserName) => $"The name '{name}' is already taken.",
            nameof(IdentityErrorDescriber.InvalidUserName) =>
                "The name may contain letters from a to z, digits and - . _ @ +, but no spaces.",
            _ => error.Description,
        };

    private static ProblemHttpResult Missing(string user) =>
        TypedResults.Problem(
            $"There is no person named '{user}'. Someone else may have deleted them. Reload the list.",
            statusCode: StatusCodes.Status404NotFound
        );

    private static bool IsSelf(Person person, ClaimsPrincipal actor) => person.UserName == actor.Identity?.Name;

    private static async Task<bool> IsLastAdminAsync(Person person, UserManager<Person> people)
    {
        IList<Person> admins = await people.GetUsersInRoleAsync(Role.Admin);
        return admins.Any(admin => admin.Id == person.Id) && !admins.Any(admin => admin.Id != person.Id && !admin.Disabled);
    }

    private static async Task<PersonInfo> DescribeAsync(Person person, UserManager<Person> people, TimeProvider time)
    {
        IList<string> roles = await people.GetRolesAsync(person);
        bool isLocked = person.LockoutEnabled && person.LockoutEnd > time.GetUtcNow();
        return new PersonInfo(
            person.UserName!,
            [.. roles.OrderBy(role => Array.IndexOf(Role.All, role))],
            person.Disabled,
            isLocked ? person.LockoutEnd : null,
            person.CreatedAt,
            person.LastSignInAt,
            person.MustChangePassword,
            person.PasswordHash is null
        );
    }
}
