using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>Writes down who did what, from where, and how it was before and after.</summary>
internal sealed class AuditLog(RecOpsDatabase database, PeopleContext people, AuditBacklog backlog, TimeProvider time)
{
    /// <summary>Who acts where nobody is signed in.</summary>
    public const string Server = "server";

    private const int MaxSubject = 256;

    /// <summary>Adds an entry, which is saved together with the change.</summary>
    /// <param name="before">JSON; null when there was nothing.</param>
    /// <param name="after">JSON; null when there is nothing.</param>
    /// <param name="actor">Null for who is signed in.</param>
    public void Add(string action, string subject, string? before = null, string? after = null, string? actor = null) =>
        database.Audit.Add(Describe(action, subject, before, after, actor));

    public void Add<T>(string action, string subject, T? before, T? after, JsonTypeInfo<T> type)
        where T : class
        => Add(action, subject, Json(before, type), Json(after, type));

    /// <summary>
    /// For what is not in the database itself: it has happened, so an entry that cannot be written now is written when the database is back.
    /// </summary>
    public async Task WriteAsync(string action, string subject, string? before = null, string? after = null, string? actor = null)
    {
        AuditEntry entry = Describe(action, subject, before, after, actor);
        bool alone = !database.ChangeTracker.HasChanges();
        database.Audit.Add(entry);
        try
        {
            await SaveAsync();
        }
        catch (Exception error) when (alone && DatabaseFailure.IsUnavailable(error))
        {
            database.Entry(entry).State = EntityState.Detached;
            backlog.Keep(entry);
        }
    }

    public Task WriteAsync<T>(string action, string subject, T? before, T? after, JsonTypeInfo<T> type)
        where T : class
        => WriteAsync(action, subject, Json(before, type), Json(after, type));

    /// <summary>Saves what was added.</summary>
    public Task SaveAsync() => database.SaveChangesAsync();

    private static string? Json<T>(T? value, JsonTypeInfo<T> type)
        where T : class
        => value is null ? null : JsonSerializer.Serialize(value, type);

    private AuditEntry Describe(string action, string subject, string? before, string? after, string? actor)
    {
        HttpContext? context = people.HttpContext;
        return new AuditEntry
        {
            At = time.GetUtcNow(),
            Actor = actor ?? context?.User.Identity?.Name ?? Server,
            Action = action,
            Subject = subject.Length > MaxSubject ? subject[..MaxSubject] : subject,
            Address = context?.Connection.RemoteIpAddress?.ToString() ?? "",
            Before = before,
            After = after,
        };
    }
}
