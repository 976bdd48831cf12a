using System.ComponentModel.DataAnnotations;
using RecOps.Shared.Security;

namespace RecOps.Server.Security;

/// <summary>What a program calls the storefront API with. The key itself is not kept.</summary>
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

    /// <summary>Of <see cref="Scope"/>, by commas.</summary>
    [MaxLength(120)]
    public required string Scopes { get; set; }

    /// <summary>Null for the setting's.</summary>
    public int? RequestsPerSecond { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    [MaxLength(256)]
    public required string CreatedBy { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    [MaxLength(256)]
    public string? RevokedBy { get; set; }
}
