using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>When an alert fires, and where to look for the cause.</summary>
/// <param name="Name">Also the name of its runbook.</param>
/// <param name="About">What it watches and when it fires, for people.</param>
/// <param name="Severity">One of <see cref="AlertSeverity"/>.</param>
/// <param name="Page">Console page that shows the cause.</param>
/// <param name="HoldSeconds">How long the condition must hold before the alert fires, and be gone before it is resolved.</param>
/// <param name="Find">The figures, for people, while the condition holds; else null.</param>
internal sealed record AlertRule(
    string Name,
    string Title,
    string About,
    string Severity,
    string Page,
    int HoldSeconds,
    Func<AlertInputs, AlertOptions, string?> Find
);
