namespace RecOps.Shared.Telemetry;

/// <summary>Every alert rule with its state, and the alerts that fired recently.</summary>
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
/// <param name="Since">Start of the status; null when it never changed.</param>
/// <param name="Detail">The figures behind the status, for people; null when there are none.</param>
/// <param name="Page">The console page that shows its cause.</param>
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

    /// <summary>No notifications are sent until then.</summary>
    public DateTimeOffset? SilencedUntil { get; set; }

    public string? SilencedBy { get; set; }
}

/// <summary>Values of <see cref="AlertState.Severity"/>.</summary>
public static class AlertSeverity
{
    /// <summary>Someone has to act immediately.</summary>
    public const string Critical = "critical";

    /// <summary>Someone has to look into it today.</summary>
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
/// <param name="Server">The server that raised it.</param>
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

/// <param name="At">Null when nothing has been sent yet.</param>
/// <param name="Problem">Null when it was delivered.</param>
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

/// <param name="Minutes">How long to silence the alert, 1 to 10,080; 0 ends a silence.</param>
public sealed record SilenceRequest(int? Minutes);

/// <summary>What to do about an alert.</summary>
/// <param name="Html">Safe to render.</param>
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
