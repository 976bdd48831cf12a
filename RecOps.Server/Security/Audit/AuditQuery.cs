using Microsoft.EntityFrameworkCore;
using RecOps.Server.Hosting.Http;
using RecOps.Serving.Validation;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Audit;

/// <summary>Filter for audit entries.</summary>
internal struct AuditQuery
{
    /// <summary>Text that occurs in the subject, or in the state before or after.</summary>
    public string? Search { get; set; }

    public string? Actor { get; set; }

    /// <summary>An action, or its prefix: rules.</summary>
    public string? Action { get; set; }

    /// <summary>ISO 8601.</summary>
    public string? From { get; set; }

    /// <summary>ISO 8601; exclusive.</summary>
    public string? To { get; set; }

    public readonly IQueryable<AuditEntry> Apply(IQueryable<AuditEntry> entries, ref FieldErrors errors)
    {
        if (QueryTime.Read("from", From, ref errors) is { } from)
            entries = entries.Where(entry => entry.At >= from);
        if (QueryTime.Read("to", To, ref errors) is { } to)
            entries = entries.Where(entry => entry.At < to);
        if (Actor is { Length: > 0 } actor)
            entries = entries.Where(entry => entry.Actor == actor);
        if (Action is { Length: > 0 } action)
        {
            if (!AuditAction.All.Any(known => known == action || known.StartsWith(action + ".", StringComparison.Ordinal)))
                errors.Add("action", $"Unknown action '{action}'.");
            string group = action + ".";
            entries = entries.Where(entry => entry.Action == action || entry.Action.StartsWith(group));
        }

        if (Search is not { Length: > 0 } search)
            return entries;
        string literal = search
            .ToLowerInvariant()
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        string pattern = $"%{literal}%";

        // Translated to SQL, which has no culture.
#pragma warning disable CA1304, CA1311
        return entries.Where(entry =>
            EF.Functions.Like(entry.Subject.ToLower(), pattern, "\\")
            || (entry.Before != null && EF.Functions.Like(entry.Before.ToLower(), pattern, "\\"))
            || (entry.After != null && EF.Functions.Like(entry.After.ToLower(), pattern, "\\"))
        );
#pragma warning restore CA1304, CA1311
    }
}
