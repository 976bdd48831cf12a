using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using RecOps.Server.Replication;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;

namespace RecOps.Server.Security.Sessions;

/// <summary>
/// Password attempts per person. They are stored in the database; while it cannot be written they are counted here and saved later, so that
/// a full disk allows no unlimited guessing. There are at most as many as there are people.
/// </summary>
internal sealed class PasswordAttempts(IOptions<IdentityOptions> identity) : IUnsaved
{
    private readonly Lock _changes = new();
    private readonly Dictionary<string, Attempts> _unsaved = new(StringComparer.Ordinal);

    public bool AnyUnsaved
    {
        get
        {
            lock (_changes)
                return _unsaved.Count > 0;
        }
    }

    public Attempts Of(Person person)
    {
        lock (_changes)
            return _unsaved.TryGetValue(person.Id, out Attempts known) ? known : new Attempts(person.AccessFailedCount, person.LockoutEnd);
    }

    /// <summary>Counts an attempt that could not be saved.</summary>
    /// <inheritdoc cref="Attempts.TryCount"/>
    public bool TryCount(Person person, DateTimeOffset now, out Attempts after)
    {
        lock (_changes)
        {
            bool mayTry = Of(person).TryCount(identity.Value.Lockout, now, out after);
            _unsaved[person.Id] = after;
            return mayTry;
        }
    }

    /// <summary>Forgets failed attempts before a success that could not be saved.</summary>
    public void KeepRight(Person person)
    {
        lock (_changes)
        {
            if (Of(person) != default)
                _unsaved[person.Id] = default;
        }
    }

    /// <summary>The database is now more recent.</summary>
    public void Forget(Person person)
    {
        lock (_changes)
            _unsaved.Remove(person.Id);
    }

    public async Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        KeyValuePair<string, Attempts>[] unsaved;
        lock (_changes)
            unsaved = [.. _unsaved];
        RecOpsDatabase database = services.GetRequiredService<RecOpsDatabase>();
        await services
            .GetRequiredService<ExclusiveChanges>()
            .RunAsync(
                Epoch.People,
                async () =>
                {
                    foreach ((string id, Attempts attempts) in unsaved)
                    {
                        if (await database.Users.FindAsync([id], cancellationToken) is { } person)
                            attempts.Give(person);
                    }
                }
            );
        lock (_changes)
        {
            foreach ((string id, Attempts attempts) in unsaved)
            {
                if (_unsaved.TryGetValue(id, out Attempts now) && now == attempts)
                    _unsaved.Remove(id);
            }
        }
    }
}
