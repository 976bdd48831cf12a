using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RecOps.Server.Replication;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>Writes down who did what, from where, and how it was before and after.</summary>
internal sealed class AuditLog(
    RecOpsDatabase database,
    ExclusiveChanges exclusive,
    PeopleContext people,
    AuditBacklog backlog,
    TimeProvider time
)
{
    /// <summary>Who acts where nobody is signed in.</summary>
    public const string Server = "server";

    /// <summary>Who tried to sign in and did not: whoever it was, it need not be the one they named.</summary>
    public const string Nobody = "unknown";

    /// <summary>Whether nobody may have a name, since the log means something else by it.</summary>
    public static bool IsReserved(string name) =>
        name.Equals(Server, StringComparison.OrdinalIgnoreCase) || name.Equals(Nobody, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of who acts and of what it is done to: PostgreSQL refuses more.</summary>
    private const int MostText = 256;

    /// <summary>Adds an entry, which is saved together with the change.</summary>
    /// <param name="before">JSON; null when there was nothing.</param>
    /// <param name="after">JSON; null when there is nothing.</param>
    /// <param name="actor">Null for who is signed in.</param>
    public void Add(string action, string subject, string? before = null, string? after = null, string? actor = null) =>
        database.Audit.Add(EntryOf(action, subject, before, after, actor));

    public void Add<T>(string action, string subject, T? before, T? after, JsonTypeInfo<T> type)
        where T : class =>
        Add(
            action,
            subject,
            before is null ? null : JsonSerializer.Serialize(before, type),
            after is null ? null : JsonSerializer.Serialize(after, type)
        );

    /// <summary>An entry of something that happens now, which is not added yet.</summary>
    public AuditEntry EntryOf(string action, string subject, string? before = null, string? after = null, string? actor = null)
    {
        HttpContext? context = people.HttpContext;
        return new AuditEntry
        {
            At = time.GetUtcNow(),
            Actor = Cut(actor ?? context?.User.Identity?.Name ?? Server),
            Action = action,
            Subject = Cut(subject),
            Address = context?.Connection.RemoteIpAddress?.ToString() ?? "",
            Before = before,
            After = after,
        };
    }

    /// <summary>
    /// For changes that are not in the database themselves. To be written before they are made: nothing that cannot be written down
    /// happens.
    /// </summary>
    public async Task WriteAsync(string action, string subject, string? before = null, string? after = null, string? actor = null)
    {
        Add(action, subject, before, after, actor);
        await SaveAsync();
    }

    /// <summary>For what has to happen without its database too, as signing in and out: kept in memory until it can be written.</summary>
    /// <param name="actor">Null for who is signed in.</param>
    public async Task WriteOrKeepAsync(string action, string subject, string? actor = null)
    {
        AuditEntry entry = EntryOf(action, subject, actor: actor);

        // Once one waits, finding out again that nothing is taken can take as long as a lock is waited for.
        if (!backlog.AnyUnsaved)
        {
            try
            {
                // In turn, as all that is written about people: many at once would find SQLite taken until they give up.
                await exclusive.RunAsync(
                    Epoch.People,
                    () =>
                    {
                        database.Audit.Add(entry.Copy());
                        return Task.CompletedTask;
                    }
                );
                return;
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                database.ChangeTracker.Clear();
            }
        }

        backlog.Keep(entry);
    }

    /// <summary>Saves what was added.</summary>
    public Task SaveAsync() => database.SaveChangesAsync();

    /// <summary>Not through a character of two halves, which a database may refuse.</summary>
    private static string Cut(string text) =>
        text.Length <= MostText ? text : text[..(char.IsHighSurrogate(text[MostText - 1]) ? MostText - 1 : MostText)];
}
