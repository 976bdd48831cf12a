using Microsoft.AspNetCore.Identity;
using RecOps.Server.Security.People;

namespace RecOps.Server.Security.Sessions;

/// <param name="Failed">Failed passwords since the last success or lockout.</param>
/// <param name="LockedUntil">Null when never locked.</param>
internal readonly record struct Attempts(int Failed, DateTimeOffset? LockedUntil)
{
    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>
    /// Counts an attempt before its password is checked, so that concurrent attempts cannot exceed the limit. A correct password reverts
    /// the count.
    /// </summary>
    /// <returns>False while locked: the password must not be checked, and nothing is counted.</returns>
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
