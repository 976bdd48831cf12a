using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>Records that an alert fired on a server.</summary>
internal sealed class AlertRecord
{
    public const int LongestDetail = 1024;

    public long Id { get; init; }

    [MaxLength(64)]
    public required string Rule { get; init; }

    [MaxLength(16)]
    public required string Severity { get; init; }

    [MaxLength(128)]
    public required string Server { get; init; }

    [MaxLength(LongestDetail)]
    public required string Detail { get; set; }

    public DateTimeOffset FiredAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    [MaxLength(256)]
    public string? AcknowledgedBy { get; set; }
}

/// <summary>No notifications are sent for an alert for some time.</summary>
internal sealed class AlertSilence
{
    [MaxLength(64)]
    public required string Rule { get; init; }

    public DateTimeOffset Until { get; set; }

    [MaxLength(256)]
    public required string By { get; set; }
}
