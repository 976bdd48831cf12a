using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore.Storage;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

internal static class SessionEndpoints
{
    public static IEndpointRouteBuilder MapSession(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Session, Get);
        routes.MapPost(Routes.Session, Post).AllowAnonymous().WithMetadata(new SignInLimit.Mark());
        routes.MapDelete(Routes.Session, Delete);
        routes.MapPut(Routes.SessionPassword, ChangePassword);
        return routes;
    }

    private static async Task<Results<Ok<SessionInfo>, UnauthorizedHttpResult>> Get(ClaimsPrincipal user, UserManager<Person> people)
    {
        try
        {
            return await people.GetUserAsync(user) is { } person ? TypedResults.Ok(await SignIn.DescribeAsync(person, people)) : TypedResults.Unauthorized();
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // Who is signed in stays so while nobody can be looked up. Passwords can be neither asked for nor changed meanwhile.
            return TypedResults.Ok(new SessionInfo(user.Identity!.Name!, [.. Role.All.Where(user.IsInRole).Order(StringComparer.Ordinal)], false, false));
        }
    }

    private static async Task<Results<Ok<SessionInfo>, ValidationProblem, ProblemHttpResult, ServiceUnavailable>> Post(
        SignInRequest request, SignIn signIn, DatabaseState database)
    {
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(request.User)) errors.Add("user", "user is missing.");
        if (string.IsNullOrEmpty(request.Password)) errors.Add("password", "password is missing.");
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        if (!database.Ready.IsCompleted) return new ServiceUnavailable($"Nobody can sign in yet: {database.Trouble}");
        SignInResult result = await signIn.TryAsync(request.User!, request.Password!);
        return result.End switch
        {
            SignInEnd.SignedIn => TypedResults.Ok(result.Session!),
            SignInEnd.LockedOut => TypedResults.Problem(SignInPage.LockedOut, statusCode: StatusCodes.Status423Locked),
            _ => TypedResults.Problem(SignInPage.Refused, statusCode: StatusCodes.Status401Unauthorized),
        };
    }

    private static async Task<NoContent> Delete(ClaimsPrincipal user, SignIn signIn)
    {
        await signIn.SignOutAsync(user.Identity!.Name!);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SessionInfo>, ValidationProblem, UnauthorizedHttpResult>> ChangePassword(
        PasswordChange change, ClaimsPrincipal user, UserManager<Person> people, SignInManager<Person> signIn, AuditLog audit, RecOpsDatabase database)
    {
        if (await people.GetUserAsync(user) is not { } person) return TypedResults.Unauthorized();
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(change.Current)) errors.Add("current", "The present password is missing.");
        if (string.IsNullOrEmpty(change.New)) errors.Add("new", "The new password is missing.");
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        await using IDbContextTransaction transaction = await database.Database.BeginTransactionAsync();
        IdentityResult result = await people.ChangePasswordAsync(person, change.Current!, change.New!);
        foreach (IdentityError error in result.Errors)
            errors.Add(error.Code == nameof(IdentityErrorDescriber.PasswordMismatch) ? "current" : "new", error.Description);
        if (errors.Any) return TypedResults.ValidationProblem(errors.ByField);
        person.MustChangePassword = false;
        audit.Add(AuditAction.PasswordChanged, person.UserName!);
        (await people.UpdateAsync(person)).ThrowIfFailed();

        // Before the commit, after which nothing may fail any more: an answer of failure takes the cookie back with it.
        await signIn.RefreshSignInAsync(person);
        SessionInfo session = await SignIn.DescribeAsync(person, people);
        await database.CommitAsync(transaction);
        return TypedResults.Ok(session);
    }
}
