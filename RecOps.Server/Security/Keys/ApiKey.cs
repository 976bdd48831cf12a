using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Keys;

/// <summary>Credential of a program for the storefront API. The key itself is not stored.</summary>
internal sealed class ApiKey
{
    [MaxLength(36)]
    public required string Id { get; init; }

    [MaxLength(120)]
    public required string Name { get; set; }

    /// <summary>SHA-256 of the key, hexadecimal.</summary>
    [MaxLength(64)]
    public required string Hash { get; init; }

    /// <summary>The key's last characters, to tell one from another.</summary>
    [MaxLength(8)]
    public required string Hint { get; init; }

    /// <summary>Values of <see cref="Scope"/>, separated by commas.</summary>
    [MaxLength(120)]
    public required string Scopes { get; set; }

    /// <summary>Null for the configured default.</summary>
    public int? RequestsPerSecond { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    [MaxLength(256)]
    public required string CreatedBy { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    [MaxLength(256)]
    public string? RevokedBy { get; set; }
}
