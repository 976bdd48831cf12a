using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>
/// How many wrong passwords were given for whom. The database has it; while that takes nothing it is counted here, so that nobody guesses
/// on when the disk is full, and written later. There are no more than there are people.
/// </summary>
internal sealed class PasswordAttempts(IOptions<IdentityOptions> identity) : IUnsaved
{
    private readonly Lock _changes = new();
    private readonly Dictionary<string, Attempts> _unsaved = new(StringComparer.Ordinal);

    public bool AnyUnsaved
    {
        get
        {
            lock (_changes) return _unsaved.Count > 0;
        }
    }

    public Attempts Of(Person person)
    {
        lock (_changes) return _unsaved.TryGetValue(person.Id, out Attempts known) ? known : new Attempts(person.AccessFailedCount, person.LockoutEnd);
    }

    /// <summary>A wrong password was given.</summary>
    public Attempts AfterWrong(Person person, DateTimeOffset now)
    {
        Attempts before = Of(person);
        if (!person.LockoutEnabled) return before;
        LockoutOptions lockout = identity.Value.Lockout;
        return before.Failed + 1 < lockout.MaxFailedAccessAttempts ? new Attempts(before.Failed + 1, before.LockedUntil) : new Attempts(0, now + lockout.DefaultLockoutTimeSpan);
    }

    /// <summary>Counts a wrong password that could not be written down.</summary>
    public Attempts KeepWrong(Person person, DateTimeOffset now)
    {
        lock (_changes) return _unsaved[person.Id] = AfterWrong(person, now);
    }

    /// <summary>Forgets wrong passwords before a right one that could not be written down.</summary>
    public void KeepRight(Person person)
    {
        lock (_changes)
        {
            if (Of(person) != default) _unsaved[person.Id] = default;
        }
    }

    /// <summary>What the database has now is newer.</summary>
    public void Forget(Person person)
    {
        lock (_changes) _unsaved.Remove(person.Id);
    }

    public async Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        KeyValuePair<string, Attempts>[] unsaved;
        lock (_changes) unsaved = [.. _unsaved];
        RecOpsDatabase database = services.GetRequiredService<RecOpsDatabase>();
        foreach ((string id, Attempts attempts) in unsaved)
        {
            if (await database.Users.FindAsync([id], cancellationToken) is { } person) attempts.Give(person);
        }

        await database.SaveChangesAsync(cancellationToken);
        lock (_changes)
        {
            foreach ((string id, Attempts attempts) in unsaved)
            {
                if (_unsaved.TryGetValue(id, out Attempts now) && now == attempts) _unsaved.Remove(id);
            }
        }
    }
}

/// <param name="Failed">Wrong passwords since the last right one, or since somebody was locked out.</param>
/// <param name="LockedUntil">Null when never.</param>
internal readonly record struct Attempts(int Failed, DateTimeOffset? LockedUntil)
{
    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    public void Give(Person person)
    {
        (person.AccessFailedCount, person.LockoutEnd) = (Failed, LockedUntil);
        person.ConcurrencyStamp = Guid.NewGuid().ToString();
    }
}
