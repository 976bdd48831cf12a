using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RecOps.Server.Storage;

namespace RecOps.Server.Security;

/// <summary>Writes down who did what, from where, and how it was before and after.</summary>
internal sealed class AuditLog(RecOpsDatabase database, PeopleContext people, TimeProvider time)
{
    /// <summary>Who acts where nobody is signed in.</summary>
    public const string Server = "server";

    private const int MaxSubject = 256;

    /// <summary>Adds an entry, which is saved together with the change.</summary>
    /// <param name="before">JSON; null when there was nothing.</param>
    /// <param name="after">JSON; null when there is nothing.</param>
    /// <param name="actor">Null for who is signed in.</param>
    public void Add(string action, string subject, string? before = null, string? after = null, string? actor = null)
    {
        HttpContext? context = people.HttpContext;
        database.Audit.Add(new AuditEntry
        {
            At = time.GetUtcNow(),
            Actor = actor ?? context?.User.Identity?.Name ?? Server,
            Action = action,
            Subject = subject.Length > MaxSubject ? subject[..MaxSubject] : subject,
            Address = context?.Connection.RemoteIpAddress?.ToString() ?? "",
            Before = before,
            After = after,
        });
    }

    public void Add<T>(string action, string subject, T? before, T? after, JsonTypeInfo<T> type)
        where T : class
        => Add(action, subject, before is null ? null : JsonSerializer.Serialize(before, type), after is null ? null : JsonSerializer.Serialize(after, type));

    /// <summary>For changes that are not in the database themselves.</summary>
    public async Task WriteAsync(string action, string subject, string? before = null, string? after = null, string? actor = null)
    {
        Add(action, subject, before, after, actor);
        await SaveAsync();
    }

    /// <summary>Saves what was added.</summary>
    public Task SaveAsync() => database.SaveChangesAsync();
}
