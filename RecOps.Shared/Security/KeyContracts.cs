namespace RecOps.Shared.Security;

/// <param name="Hint">The key's last characters.</param>
/// <param name="Scopes">Of <see cref="Scope"/>.</param>
/// <param name="RequestsPerSecond">Null for the server's setting.</param>
/// <param name="LastUsedAt">To the minute; null when never.</param>
public sealed record ApiKeyInfo(
    string Id,
    string Name,
    string Hint,
    string[] Scopes,
    int? RequestsPerSecond,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt,
    string? RevokedBy
);

/// <param name="RequestsPerSecond">The limit of a key without its own; null when there is no limit.</param>
public sealed record ApiKeyList(ApiKeyInfo[] Keys, int? RequestsPerSecond);

public sealed record NewApiKey
{
    /// <summary>What it is for, 1 to 120 characters.</summary>
    public string? Name { get; init; }

    public string[]? Scopes { get; init; }

    /// <summary>1 to 1,000,000; absent for the server's setting.</summary>
    public int? RequestsPerSecond { get; init; }
}

/// <param name="Secret">The key itself: shown once.</param>
public sealed record ApiKeyCreated(ApiKeyInfo Key, string Secret);
