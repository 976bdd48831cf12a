using Microsoft.AspNetCore.Identity;

namespace RecOps.Server.Security;

/// <param name="Failed">Passwords since the last right one, or since somebody was locked out.</param>
/// <param name="LockedUntil">Null when never.</param>
internal readonly record struct Attempts(int Failed, DateTimeOffset? LockedUntil)
{
    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>
    /// Counts an attempt before its password is looked at: of many at once no more are looked at than there may be wrong ones. A right one
    /// takes back what was counted.
    /// </summary>
    /// <returns>False while it is locked: the password must not be looked at, and nothing is counted.</returns>
    public bool TryCount(LockoutOptions lockout, DateTimeOffset now, out Attempts after)
    {
        after =
            IsLocked(now) ? this
            : Failed + 1 < lockout.MaxFailedAccessAttempts ? new Attempts(Failed + 1, null)
            : new Attempts(0, now + lockout.DefaultLockoutTimeSpan);
        return !IsLocked(now);
    }

    public void Give(Person person)
    {
        (person.AccessFailedCount, person.LockoutEnd) = (Failed, LockedUntil);
        person.ConcurrencyStamp = Guid.NewGuid().ToString();
    }
}
