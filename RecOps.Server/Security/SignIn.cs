using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using RecOps.Server.Storage;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

/// <summary>
/// Checks passwords, and writes down how it ended. Where that cannot be written, whoever has the right password is let in all the same:
/// whoever is to make room on a full disk has to see that it is full.
/// </summary>
internal sealed partial class SignIn(
    SignInManager<Person> signIn, UserManager<Person> people, RecOpsDatabase database, AuditLog audit, AuditBacklog backlog, PasswordAttempts attempts,
    TimeProvider time, ILogger<SignIn> logger)
{
    private const int MostTries = 20;
    private static readonly Person Nobody = new() { UserName = "nobody" };
    private static readonly string NobodysHash = new PasswordHasher<Person>().HashPassword(Nobody, Bootstrap.NewPassword());

    /// <summary>Signs in with a cookie.</summary>
    public async Task<SignInResult> TryAsync(string user, string password)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await CheckAsync(user, password);
            }
            catch (DbUpdateConcurrencyException) when (attempt < MostTries)
            {
                // Another attempt for the same person was written in between, and counts.
                database.ChangeTracker.Clear();
            }
        }
    }

    public async Task SignOutAsync(string user)
    {
        await signIn.SignOutAsync();
        await audit.WriteOrKeepAsync(AuditAction.SignedOut, user);
    }

    public static async Task<SessionInfo> DescribeAsync(Person person, UserManager<Person> people)
    {
        IList<string> roles = await people.GetRolesAsync(person);
        return new SessionInfo(person.UserName!, [.. roles.Order(StringComparer.Ordinal)], person.MustChangePassword, person.PasswordHash is not null);
    }

    private async Task<SignInResult> CheckAsync(string user, string password)
    {
        if (await people.FindByNameAsync(user) is not { } person)
        {
            // As long as for somebody who is there, so that time does not tell who is.
            people.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
            await audit.WriteOrKeepAsync(AuditAction.SignInFailed, user, user.Length > 0 ? user : AuditLog.Server);
            return new SignInResult(SignInEnd.Refused);
        }

        DateTimeOffset now = time.GetUtcNow();
        string name = person.UserName!;
        if (person.LockoutEnabled && attempts.Of(person).IsLocked(now))
        {
            await audit.WriteOrKeepAsync(AuditAction.LockedOut, name, name);
            return new SignInResult(SignInEnd.LockedOut);
        }

        PasswordVerificationResult verified = person.PasswordHash is { } hash
            ? people.PasswordHasher.VerifyHashedPassword(person, hash, password)
            : PasswordVerificationResult.Failed;
        if (verified == PasswordVerificationResult.Failed) return await RefuseAsync(person, now);
        if (person.Disabled)
        {
            await audit.WriteOrKeepAsync(AuditAction.SignInFailed, name, name);
            return new SignInResult(SignInEnd.Refused);
        }

        SessionInfo session = await DescribeAsync(person, people);
        if (!await TrySaveAsync(AuditAction.SignedIn, person, () =>
        {
            default(Attempts).Give(person);
            person.LastSignInAt = now;
            if (verified == PasswordVerificationResult.SuccessRehashNeeded) person.PasswordHash = people.PasswordHasher.HashPassword(person, password);
        }))
        {
            attempts.KeepRight(person);
        }

        await signIn.SignInAsync(person, isPersistent: false);
        return new SignInResult(SignInEnd.SignedIn, session);
    }

    private async Task<SignInResult> RefuseAsync(Person person, DateTimeOffset now)
    {
        Attempts after = attempts.AfterWrong(person, now);
        if (!await TrySaveAsync(ActionOf(after), person, () => after.Give(person))) after = attempts.KeepWrong(person, now);
        return new SignInResult(after.IsLocked(now) ? SignInEnd.LockedOut : SignInEnd.Refused);

        string ActionOf(Attempts end) => end.IsLocked(now) ? AuditAction.LockedOut : AuditAction.SignInFailed;
    }

    /// <summary>Writes a change of the person and its audit entry in one.</summary>
    /// <returns>False when the database takes nothing; the entry is kept then, and the person is as it was.</returns>
    private async Task<bool> TrySaveAsync(string action, Person person, Action change)
    {
        AuditEntry entry = audit.EntryOf(action, person.UserName!, actor: person.UserName);
        if (!backlog.AnyUnsaved)
        {
            try
            {
                change();
                database.Audit.Add(entry.Copy());
                await database.SaveChangesAsync();
                attempts.Forget(person);
                return true;
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                LogNotSaved(person.UserName!, DatabaseFailure.ReasonOf(error));

                // As it was read: what was not written is counted elsewhere.
                EntityEntry<Person> read = database.Entry(person);
                read.CurrentValues.SetValues(read.OriginalValues);
                database.ChangeTracker.Clear();
            }
        }

        backlog.Keep(entry);
        return false;
    }

    [LoggerMessage(1713, LogLevel.Warning, "The database does not take that {User} tried to sign in ({Reason}); it is kept in memory")]
    private partial void LogNotSaved(string user, string reason);
}

/// <param name="Session">Of whoever is signed in now; null for nobody.</param>
internal readonly record struct SignInResult(SignInEnd End, SessionInfo? Session = null);

/// <summary>How an attempt to sign in ended.</summary>
internal enum SignInEnd
{
    SignedIn,
    Refused,
    LockedOut,
}
