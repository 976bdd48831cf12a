using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Serving.Validation;
using RecOps.Shared;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Sessions;

internal static class SessionEndpoints
{
    public static IEndpointRouteBuilder MapSession(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Session, Get);
        routes.MapPost(Routes.Session, Post).AllowAnonymous();
        routes.MapDelete(Routes.Session, Delete);
        routes.MapPut(Routes.SessionPassword, ChangePassword);
        return routes;
    }

    private static async Task<Results<Ok<SessionInfo>, UnauthorizedHttpResult>> Get(ClaimsPrincipal user, UserManager<Person> people)
    {
        try
        {
            return await people.GetUserAsync(user) is { } person
                ? TypedResults.Ok(await SignIn.DescribeAsync(person, people))
                : TypedResults.Unauthorized();
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // People stay signed in while nobody can be looked up. Passwords can be neither checked nor changed meanwhile.
            return TypedResults.Ok(
                new SessionInfo(user.Identity!.Name!, [.. Role.All.Where(user.IsInRole).Order(StringComparer.Ordinal)], false, false)
            );
        }
    }

    private static async Task<Results<Ok<SessionInfo>, ValidationProblem, ProblemHttpResult, ServiceUnavailable>> Post(
        SignInRequest request,
        SignIn signIn,
        DatabaseState database,
        HttpResponse response
    )
    {
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(request.User))
            errors.Add("user", "user is missing.");
        if (string.IsNullOrEmpty(request.Password))
            errors.Add("password", "password is missing.");
        if (request.User is { Length: > 0 } user && !SignIn.CanBeName(user))
            errors.Add("user", $"user must have at most {SignIn.MostLetters} characters of valid text.");
        if (request.Password is { Length: > SignIn.MostLetters })
            errors.Add("password", $"password must have at most {SignIn.MostLetters} characters.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        if (!database.Ready.IsCompleted)
            return new ServiceUnavailable($"Sign-in is not available yet. {database.Trouble}");
        SignInResult result = await signIn.TryAsync(request.User!, request.Password!);
        if (result.RetryAfter > TimeSpan.Zero)
            response.Headers.RetryAfter = result.RetryAfterSeconds;
        return result.End switch
        {
            SignInEnd.SignedIn => TypedResults.Ok(result.Session!),
            SignInEnd.LockedOut => TypedResults.Problem(SignInPage.LockedOut, statusCode: StatusCodes.Status423Locked),
            SignInEnd.TooOften => TypedResults.Problem(SignInPage.TooOften, statusCode: StatusCodes.Status429TooManyRequests),
            SignInEnd.Busy => TypedResults.Problem(SignInPage.Busy, statusCode: StatusCodes.Status503ServiceUnavailable),
            _ => TypedResults.Problem(SignInPage.Refused, statusCode: StatusCodes.Status401Unauthorized),
        };
    }

    private static async Task<NoContent> Delete(ClaimsPrincipal user, SignIn signIn)
    {
        await signIn.SignOutAsync(user.Identity!.Name!);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SessionInfo>, ValidationProblem, ProblemHttpResult, UnauthorizedHttpResult>> ChangePassword(
        PasswordChange change,
        ClaimsPrincipal user,
        UserManager<Person> people,
        SignInManager<Person> signIn,
        AuditLog audit,
        ExclusiveChanges exclusive,
        PasswordHashing hashing,
        AttemptMemory attempts,
        TimeProvider time
    )
    {
        if (await people.GetUserAsync(user) is not { Disabled: false } person)
            return TypedResults.Unauthorized();
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(change.Current))
            errors.Add("current", "The current password is missing.");
        if (string.IsNullOrEmpty(change.New))
            errors.Add("new", "The new password is missing.");
        else if (change.New.Length > SignIn.MostLetters)
            errors.Add("new", $"The new password may have at most {SignIn.MostLetters} characters.");
        else if (change.New.Any(char.IsControl))
            errors.Add("new", "The new password has a control character, which the sign-in page cannot send. Remove it.");
        else if (change.New == change.Current)
            errors.Add("new", "The new password is the same as the current one. Choose another.");
        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);

        // Someone at an unattended console must not be able to guess passwords here either.
        string key = $"change {person.Id}";
        if (!attempts.TryCount(key, time.GetUtcNow(), out _))
            return TypedResults.Problem(SignInPage.LockedOut, statusCode: StatusCodes.Status423Locked);
        if (await hashing.VerifyAsync(person, person.PasswordHash, change.Current!, isKnown: true) == PasswordVerificationResult.Failed)
        {
            errors.Add("current", "That is not the current password.");
            return TypedResults.ValidationProblem(errors.ByField);
        }

        attempts.Forget(key);
        foreach (IPasswordValidator<Person> validator in people.PasswordValidators)
        {
            foreach (IdentityError error in (await validator.ValidateAsync(people, person, change.New)).Errors)
                errors.Add("new", error.Description);
        }

        if (errors.Any)
            return TypedResults.ValidationProblem(errors.ByField);
        string hash = await hashing.HashAsync(person, change.New!);
        SessionInfo? session = await exclusive.RunAsync(
            Epoch.People,
            async () =>
            {
                if (await people.FindByIdAsync(person.Id) is not { Disabled: false } known || known.PasswordHash != person.PasswordHash)
                    return null;
                (known.PasswordHash, known.MustChangePassword) = (hash, false);
                audit.Add(AuditAction.PasswordChanged, known.UserName!);
                (await people.UpdateSecurityStampAsync(known)).ThrowIfFailed();

                // Before the commit, after which nothing may fail: an error answer would take the cookie back with it.
                await signIn.RefreshSignInAsync(known);
                return await SignIn.DescribeAsync(known, people);
            }
        );
        return session is not null
            ? TypedResults.Ok(session)
            : TypedResults.Problem(
                "The password was changed or reset elsewhere at the same time, or the account was disabled. Nothing was changed here.",
                statusCode: StatusCodes.Status409Conflict
            );
    }
}
