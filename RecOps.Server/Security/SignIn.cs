using Microsoft.AspNetCore.Identity;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

/// <summary>Checks passwords, and writes down how it ended.</summary>
internal sealed class SignIn(SignInManager<Person> signIn, UserManager<Person> people, AuditLog audit, TimeProvider time)
{
    private static readonly Person Nobody = new() { UserName = "nobody" };
    private static readonly string NobodysHash = new PasswordHasher<Person>().HashPassword(Nobody, Bootstrap.NewPassword());

    /// <summary>Signs in with a cookie.</summary>
    public async Task<SignInEnd> TryAsync(string user, string password)
    {
        Person? person = await people.FindByNameAsync(user);
        if (person is null)
        {
            // As long as for somebody who is there, so that time does not tell who is.
            people.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
            await audit.WriteAsync(AuditAction.SignInFailed, user, actor: user.Length > 0 ? user : AuditLog.Server);
            return SignInEnd.Refused;
        }

        SignInResult result = await signIn.CheckPasswordSignInAsync(person, password, lockoutOnFailure: true);
        if (result.IsLockedOut)
        {
            await audit.WriteAsync(AuditAction.LockedOut, person.UserName!, actor: person.UserName);
            return SignInEnd.LockedOut;
        }

        if (!result.Succeeded || person.Disabled)
        {
            await audit.WriteAsync(AuditAction.SignInFailed, person.UserName!, actor: person.UserName);
            return SignInEnd.Refused;
        }

        await signIn.SignInAsync(person, isPersistent: false);
        person.LastSignInAt = time.GetUtcNow();
        audit.Add(AuditAction.SignedIn, person.UserName!, actor: person.UserName);
        await people.UpdateAsync(person);
        return SignInEnd.SignedIn;
    }

    public async Task SignOutAsync(string user)
    {
        await signIn.SignOutAsync();
        await audit.WriteAsync(AuditAction.SignedOut, user);
    }
}

/// <summary>How an attempt to sign in ended.</summary>
internal enum SignInEnd
{
    SignedIn,
    Refused,
    LockedOut,
}
