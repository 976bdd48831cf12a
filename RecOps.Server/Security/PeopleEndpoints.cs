using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

internal static class PeopleEndpoints
{
    private const int MaxNameLength = 64;

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
        foreach (Person person in await people.Users.OrderBy(person => person.NormalizedUserName).ToArrayAsync()) list.Add(await DescribeAsync(person, people, time));
        return TypedResults.Ok(new PersonList([.. list]));
    }

    private static async Task<Results<Created<PersonPassword>, ValidationProblem>> CreateAsync(
        NewPerson request, UserManager<Person> people, AuditLog audit, RecOpsDatabase database, TimeProvider time)
    {
        var errors = new FieldErrors();
        string name = request.User?.Trim() ?? "";
        if (name.Length is < 1 or > MaxNameLength) errors.Add("user", $"The name must have 1 to {MaxNameLength} characters.");
        CheckRoles(request.Roles, ref errors);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        string password = Bootstrap.NewPassword();
        var person = new Person { UserName = name, CreatedAt = time.GetUtcNow(), LockoutEnabled = true, MustChangePassword = true };
        await using IDbContextTransaction transaction = await database.Database.BeginTransactionAsync();
        IdentityResult result = await people.CreateAsync(person, password);
        foreach (IdentityError error in result.Errors) errors.Add("user", error.Description);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        (await people.AddToRolesAsync(person, request.Roles!.Distinct())).ThrowIfFailed();
        PersonInfo info = await DescribeAsync(person, people, time);
        audit.Add(AuditAction.PersonCreated, name, null, info, ServerJson.Default.PersonInfo);
        (await people.UpdateAsync(person)).ThrowIfFailed();
        await database.CommitAsync(transaction);
        return TypedResults.Created(Routes.PersonOf(name), new PersonPassword(info, password));
    }

    private static async Task<Results<Ok<PersonInfo>, ValidationProblem, NotFound>> ChangeAsync(
        string user, PersonUpdate update, ClaimsPrincipal actor, UserManager<Person> people, AuditLog audit, RecOpsDatabase database, PasswordAttempts attempts,
        TimeProvider time)
    {
        if (await people.FindByNameAsync(user) is not { } person) return TypedResults.NotFound();
        var errors = new FieldErrors();
        if (update.Roles is not null) CheckRoles(update.Roles, ref errors);
        bool losesAdmin = (update.Roles is { } wanted && !wanted.Contains(Role.Admin)) || update.Disabled == true;
        if (losesAdmin && await IsLastAdminAsync(person, people))
            errors.Add(update.Roles is null ? "disabled" : "roles", "This is the last administrator; make another one first.");
        if (update.Disabled == true && IsSelf(person, actor)) errors.Add("disabled", "Nobody can disable themselves.");
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        PersonInfo before = await DescribeAsync(person, people, time);
        await using IDbContextTransaction transaction = await database.Database.BeginTransactionAsync();
        if (update.Roles is not null)
        {
            (await people.RemoveFromRolesAsync(person, before.Roles.Except(update.Roles))).ThrowIfFailed();
            (await people.AddToRolesAsync(person, update.Roles.Distinct().Except(before.Roles))).ThrowIfFailed();
        }

        if (update.Disabled is { } disabled) person.Disabled = disabled;
        if (update.Unlock == true) (person.LockoutEnd, person.AccessFailedCount) = (null, 0);

        // Sessions from before end where they are next looked at.
        (await people.UpdateSecurityStampAsync(person)).ThrowIfFailed();
        PersonInfo after = await DescribeAsync(person, people, time);
        audit.Add(AuditAction.PersonChanged, person.UserName!, before, after, ServerJson.Default.PersonInfo);
        (await people.UpdateAsync(person)).ThrowIfFailed();
        await database.CommitAsync(transaction);
        if (update.Unlock == true) attempts.Forget(person);
        return TypedResults.Ok(after);
    }

    private static async Task<Results<NoContent, ValidationProblem, NotFound>> DeleteAsync(
        string user, ClaimsPrincipal actor, UserManager<Person> people, AuditLog audit, PasswordAttempts attempts, TimeProvider time)
    {
        if (await people.FindByNameAsync(user) is not { } person) return TypedResults.NotFound();
        var errors = new FieldErrors();
        if (IsSelf(person, actor)) errors.Add("user", "Nobody can delete themselves.");
        else if (await IsLastAdminAsync(person, people)) errors.Add("user", "This is the last administrator; make another one first.");
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        PersonInfo before = await DescribeAsync(person, people, time);
        audit.Add(AuditAction.PersonDeleted, person.UserName!, before, null, ServerJson.Default.PersonInfo);
        (await people.DeleteAsync(person)).ThrowIfFailed();
        attempts.Forget(person);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<PersonPassword>, NotFound>> ResetAsync(
        string user, UserManager<Person> people, AuditLog audit, PasswordAttempts attempts, TimeProvider time)
    {
        if (await people.FindByNameAsync(user) is not { } person) return TypedResults.NotFound();
        string password = Bootstrap.NewPassword();
        person.PasswordHash = people.PasswordHasher.HashPassword(person, password);
        (person.MustChangePassword, person.LockoutEnd, person.AccessFailedCount) = (true, null, 0);
        PersonInfo info = await DescribeAsync(person, people, time);
        audit.Add(AuditAction.PasswordReset, person.UserName!);
        (await people.UpdateSecurityStampAsync(person)).ThrowIfFailed();
        attempts.Forget(person);
        return TypedResults.Ok(new PersonPassword(info, password));
    }

    private static void CheckRoles(string[]? roles, ref FieldErrors errors)
    {
        if (roles is not { Length: > 0 }) errors.Add("roles", $"Give at least one role: {string.Join(", ", Role.All)}.");
        foreach (string role in roles ?? [])
        {
            if (!Role.All.Contains(role)) errors.Add("roles", $"There is no role '{role}'; roles are {string.Join(", ", Role.All)}.");
        }
    }

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
            person.UserName!, [.. roles.OrderBy(role => Array.IndexOf(Role.All, role))], person.Disabled, isLocked ? person.LockoutEnd : null,
            person.CreatedAt, person.LastSignInAt, person.MustChangePassword, person.PasswordHash is null);
    }
}
