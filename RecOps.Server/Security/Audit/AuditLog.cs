using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RecOps.Server.Replication;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;

namespace RecOps.Server.Security.Audit;

/// <summary>Records who did what, from where, and the state before and after.</summary>
internal sealed class AuditLog(
    RecOpsDatabase database,
    ExclusiveChanges exclusive,
    PeopleContext people,
    AuditBacklog backlog,
    TimeProvider time
)
{
    /// <summary>Actor where nobody is signed in.</summary>
    public const string Server = "server";

    /// <summary>Actor of a failed sign-in, who need not be the person named.</summary>
    public const string Nobody = "unknown";

    /// <summary>Whether a name is reserved, since the log uses it for something else.</summary>
    public static bool IsReserved(string name) =>
        name.Equals(Server, StringComparison.OrdinalIgnoreCase) || name.Equals(Nobody, StringComparison.OrdinalIgnoreCase);

    /// <summary>Of actors and subjects: PostgreSQL refuses more.</summary>
    private const int MostText = 256;

    /// <summary>Adds an entry, saved together with the change.</summary>
    /// <param name="before">JSON; null when there was nothing.</param>
    /// <param name="after">JSON; null when there is nothing.</param>
    /// <param name="actor">Null for the signed-in person.</param>
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

    /// <summary>Creates an entry for an action that happens now, without adding it.</summary>
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

    /// <summary>For changes outside the database. Write the entry before the change: nothing that cannot be recorded happens.</summary>
    public async Task WriteAsync(string action, string subject, string? before = null, string? after = null, string? actor = null)
    {
        Add(action, subject, before, after, actor);
        await SaveAsync();
    }

    /// <summary>
    /// For actions that must work without the database, such as signing in and out: kept in memory until it can be written.
    /// </summary>
    /// <param name="actor">Null for the signed-in person.</param>
    public async Task WriteOrKeepAsync(string action, string subject, string? actor = null)
    {
        AuditEntry entry = EntryOf(action, subject, actor: actor);

        // Once an entry waits, finding out again that the database is unavailable can take a full lock timeout.
        if (!backlog.AnyUnsaved)
        {
            try
            {
                // Queued, like all writes about people: concurrent writes would find SQLite locked until they time out.
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

    /// <summary>Saves the added entries.</summary>
    public Task SaveAsync() => database.SaveChangesAsync();

    /// <summary>Does not split a surrogate pair, which a database may refuse.</summary>
    private static string Cut(string text) =>
        text.Length <= MostText ? text : text[..(char.IsHighSurrogate(text[MostText - 1]) ? MostText - 1 : MostText)];
}
