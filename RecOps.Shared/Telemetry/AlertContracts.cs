namespace RecOps.Shared.Telemetry;

/// <summary>Every alert rule with its state, and what fired lately.</summary>
/// <param name="Alerts">Firing ones first, then those that may fire soon, then the quiet ones.</param>
/// <param name="History">Newest first.</param>
/// <param name="Webhook">How the last message to Alerts:Webhook ended; null when none is configured.</param>
public sealed record AlertList(AlertState[] Alerts, AlertRecordInfo[] History, WebhookState? Webhook);

/// <summary>One alert rule on one server.</summary>
/// <param name="Rule">Its name, which is also that of its runbook.</param>
/// <param name="Title">For people.</param>
/// <param name="About">What it watches and when it fires.</param>
/// <param name="Severity">One of <see cref="AlertSeverity"/>.</param>
/// <param name="Status">One of <see cref="AlertStatus"/>.</param>
/// <param name="Since">Of the status; null when it was always so.</param>
/// <param name="Detail">The figures that made it so, for people; null when there is nothing to say.</param>
/// <param name="Page">Of the console, where its cause shows.</param>
public sealed record AlertState(
    string Rule,
    string Title,
    string About,
    string Severity,
    string Status,
    DateTimeOffset? Since,
    string? Detail,
    string Page
)
{
    public string? AcknowledgedBy { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>Nobody is told of it until then.</summary>
    public DateTimeOffset? SilencedUntil { get; set; }

    public string? SilencedBy { get; set; }
}

/// <summary>Values of <see cref="AlertState.Severity"/>.</summary>
public static class AlertSeverity
{
    /// <summary>Somebody has to get up.</summary>
    public const string Critical = "critical";

    /// <summary>Somebody has to look today.</summary>
    public const string Warning = "warning";
}

/// <summary>Values of <see cref="AlertState.Status"/>.</summary>
public static class AlertStatus
{
    public const string Quiet = "quiet";

    /// <summary>Its condition holds, but not long enough yet.</summary>
    public const string Pending = "pending";

    public const string Firing = "firing";
}

/// <summary>An alert that fired.</summary>
/// <param name="Server">That saw it.</param>
/// <param name="ResolvedAt">Null while it fires.</param>
public sealed record AlertRecordInfo(
    long Id,
    string Rule,
    string Title,
    string Severity,
    string Server,
    string Detail,
    DateTimeOffset FiredAt,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset? AcknowledgedAt,
    string? AcknowledgedBy
);

/// <param name="At">Null when nothing was to be sent yet.</param>
/// <param name="Problem">Null when it was taken.</param>
public sealed record WebhookState(DateTimeOffset? At, string? Problem);

/// <summary>An alert in brief, with every second of telemetry.</summary>
public sealed record FiringAlert(
    string Rule,
    string Title,
    string Severity,
    DateTimeOffset Since,
    string Page,
    bool IsAcknowledged,
    bool IsSilenced
);

/// <param name="Minutes">How long nobody is to be told, 1 to 10,080; 0 ends a silence.</param>
public sealed record SilenceRequest(int? Minutes);

/// <summary>What to do about an alert.</summary>
/// <param name="Html">Safe to show.</param>
public sealed record RunbookText(string Name, string Title, string Html);

/// <summary>What Alerts:Webhook is sent, as JSON.</summary>
/// <param name="Event">fired or resolved.</param>
/// <param name="Runbook">Path on the console's host, Hosting:PathBase included.</param>
public sealed record AlertMessage(
    string Event,
    string Rule,
    string Title,
    string Severity,
    string Detail,
    string Server,
    DateTimeOffset At,
    DateTimeOffset FiredAt,
    string Runbook
);
