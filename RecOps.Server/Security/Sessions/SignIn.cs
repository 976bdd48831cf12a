using System.Globalization;
using Microsoft.AspNetCore.Identity;
using RecOps.Server.Replication;
using RecOps.Server.Security.Audit;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Sessions;

/// <summary>
/// Checks passwords. An attempt is counted before its password is checked, and recorded when it has ended. If it cannot be recorded, a
/// correct password still signs in: the person who must free up a full disk has to see that it is full.
/// </summary>
internal sealed partial class SignIn(
    SignInManager<Person> signIn,
    UserManager<Person> people,
    RecOpsDatabase database,
    ExclusiveChanges exclusive,
    PeopleContext context,
    AuditLog audit,
    AuditBacklog backlog,
    PasswordAttempts attempts,
    AttemptMemory remembered,
    PasswordHashing hashing,
    SignInGate gate,
    KnownBrowser browsers,
    SecurityMetrics metrics,
    TimeProvider time,
    ILogger<SignIn> logger
)
{
    /// <summary>Longest name and password.</summary>
    public const int MostLetters = 256;

    /// <summary>A password that changes during the check is checked once more.</summary>
    private const int MostLooks = 2;

    private static readonly Person Nobody = new() { UserName = "nobody" };
    private static readonly string NobodysHash = new PasswordHasher<Person>().HashPassword(Nobody, Bootstrap.NewPassword());

    /// <summary>Whether a text can be looked up: names are normalized, which fails for invalid Unicode.</summary>
    public static bool CanBeName(string text)
    {
        if (text.Length > MostLetters || text.Contains('\0'))
            return false;
        try
        {
            _ = text.Normalize();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Signs in with a cookie.</summary>
    public async Task<SignInResult> TryAsync(string user, string password)
    {
        HttpContext call = context.HttpContext!;
        if (gate.Count(call.Connection.RemoteIpAddress) is { } wait)
        {
            metrics.SignInRefused("address");
            return new SignInResult(SignInEnd.TooOften, RetryAfter: wait);
        }

        Person? person = await people.FindByNameAsync(user);
        string? browser = person is null ? null : browsers.Find(call, person);
        string key = browser is null ? $"name {people.NormalizeName(user)}" : $"browser {browser}";
        using IDisposable? place = await gate.TryEnterAsync(key, browser is not null);
        if (place is null)
        {
            metrics.SignInRefused("busy");
            return new SignInResult(SignInEnd.Busy, RetryAfter: SignInGate.RetryAfter);
        }

        DateTimeOffset now = time.GetUtcNow();
        (bool mayTry, Attempts after) =
            person is null || browser is not null
                ? (remembered.TryCount(key, now, out Attempts counted), counted)
                : await CountAsync(person, now);
        if (!mayTry)
            return await EndAsync(person, user, AuditAction.LockedOut, SignInEnd.LockedOut);
        if (await LookAsync(person, password, browser, now) is { } known)
        {
            if (browser is not null)
                remembered.Forget(key);
            SessionInfo session = await DescribeAsync(known, people);
            await signIn.SignInAsync(known, isPersistent: false);
            browsers.Remember(call, known.Id, browser);
            return new SignInResult(SignInEnd.SignedIn, session);
        }

        return after.IsLocked(now)
            ? await EndAsync(person, user, AuditAction.LockedOut, SignInEnd.LockedOut)
            : await EndAsync(person, user, AuditAction.SignInFailed, SignInEnd.Refused);
    }

    public async Task SignOutAsync(string user)
    {
        await signIn.SignOutAsync();
        await audit.WriteOrKeepAsync(AuditAction.SignedOut, user);
    }

    public static async Task<SessionInfo> DescribeAsync(Person person, UserManager<Person> people)
    {
        IList<string> roles = await people.GetRolesAsync(person);
        return new SessionInfo(
            person.UserName!,
            [.. roles.Order(StringComparer.Ordinal)],
            person.MustChangePassword,
            person.PasswordHash is not null
        );
    }

    private async Task<SignInResult> EndAsync(Person? person, string user, string action, SignInEnd end)
    {
        string subject = person?.UserName ?? user;
        await audit.WriteOrKeepAsync(action, subject, AuditLog.Nobody);
        return new SignInResult(end, RetryAfter: end == SignInEnd.LockedOut ? people.Options.Lockout.DefaultLockoutTimeSpan : default);
    }

    /// <returns>Whether the password may be checked, and the state after a wrong one.</returns>
    private async Task<(bool MayTry, Attempts After)> CountAsync(Person person, DateTimeOffset now)
    {
        if (!person.LockoutEnabled)
            return (true, default);

        // Once something waits, finding out again that the database is unavailable can take a full lock timeout.
        if (!backlog.AnyUnsaved)
        {
            try
            {
                (bool, Attempts) counted = await exclusive.RunAsync(
                    Epoch.People,
                    async () =>
                    {
                        if (await people.FindByIdAsync(person.Id) is not { } known)
                            return (true, default);
                        bool mayTry = attempts.Of(known).TryCount(people.Options.Lockout, now, out Attempts after);
                        after.Give(known);
                        return (mayTry, after);
                    }
                );
                attempts.Forget(person);
                return counted;
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                LogNotSaved(person.UserName!, DatabaseFailure.ReasonOf(error));
            }
        }

        return (attempts.TryCount(person, now, out Attempts kept), kept);
    }

    /// <summary>Checks a password, and records the sign-in if it is correct.</summary>
    /// <returns>The person; null for a wrong password, and where the person may not sign in.</returns>
    private async Task<Person?> LookAsync(Person? person, string password, string? browser, DateTimeOffset now)
    {
        for (int look = 1; look <= MostLooks; look++)
        {
            // Takes as long for an unknown name, so that timing does not reveal who exists.
            PasswordVerificationResult verified = await hashing.VerifyAsync(
                person ?? Nobody,
                person?.PasswordHash ?? NobodysHash,
                password,
                isKnown: browser is not null
            );
            if (verified == PasswordVerificationResult.Failed || person is not { PasswordHash: not null, Disabled: false })
                return null;
            string? newHash =
                verified == PasswordVerificationResult.SuccessRehashNeeded
                    ? await hashing.HashAsync(person, password, browser is not null)
                    : null;
            (Person? known, bool isIn) = await LetInAsync(person, newHash, browser, now);
            if (isIn || known is null)
                return known;
            person = known;
        }

        return null;
    }

    /// <summary>Clears the counted attempts and records the sign-in, in one transaction.</summary>
    /// <param name="person">The person's state when the password was found to be correct.</param>
    /// <param name="newHash">Null when the current hash is good.</param>
    /// <returns>The person's current state, and whether they are signed in: nobody where the person is gone, and not signed in where the
    /// password has changed since.</returns>
    private async Task<(Person? Now, bool IsIn)> LetInAsync(Person person, string? newHash, string? browser, DateTimeOffset now)
    {
        AuditEntry entry = audit.EntryOf(AuditAction.SignedIn, person.UserName!, actor: person.UserName);
        if (!backlog.AnyUnsaved)
        {
            try
            {
                (Person? known, bool isIn) = await exclusive.RunAsync(
                    Epoch.People,
                    async () =>
                    {
                        Person? known = await people.FindByIdAsync(person.Id);
                        if (known is null || known.Disabled || known.PasswordHash != person.PasswordHash)
                            return (known, false);

                        // From a known browser: attempts from elsewhere stay counted.
                        if (browser is null)
                            default(Attempts).Give(known);
                        known.LastSignInAt = now;
                        known.PasswordHash = newHash ?? known.PasswordHash;
                        database.Audit.Add(entry.Copy());
                        return (known, true);
                    }
                );
                if (isIn && browser is null)
                    attempts.Forget(person);
                return (known, isIn);
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                LogNotSaved(person.UserName!, DatabaseFailure.ReasonOf(error));
                database.ChangeTracker.Clear();
            }
        }

        backlog.Keep(entry);
        if (browser is null)
            attempts.KeepRight(person);
        return (person, true);
    }

    [LoggerMessage(
        1713,
        LogLevel.Warning,
        "The sign-in attempt of {User} cannot be written to the database ({Reason}); it is kept in memory"
    )]
    private partial void LogNotSaved(string user, string reason);
}

/// <param name="Session">The person's session; null for none.</param>
/// <param name="RetryAfter">How long to wait before the next attempt, where this one was not even counted.</param>
internal readonly record struct SignInResult(SignInEnd End, SessionInfo? Session = null, TimeSpan RetryAfter = default)
{
    public string RetryAfterSeconds => ((int)Math.Ceiling(RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>How an attempt to sign in ended.</summary>
internal enum SignInEnd
{
    SignedIn,
    Refused,

    /// <summary>Too many wrong passwords for this name, or from this browser.</summary>
    LockedOut,

    /// <summary>Too many attempts from this address within a minute.</summary>
    TooOften,

    /// <summary>Too many attempts in flight, by anyone.</summary>
    Busy,
}
