using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>When somebody is to be told, and where they find out why.</summary>
/// <param name="Name">Also of its runbook.</param>
/// <param name="About">What it watches and when it fires, for people.</param>
/// <param name="Severity">One of <see cref="AlertSeverity"/>.</param>
/// <param name="Page">Of the console, where its cause shows.</param>
/// <param name="HoldSeconds">How long the condition has to hold before it fires, and to be gone before it is resolved.</param>
/// <param name="Find">The figures, for people, when the condition holds; else null.</param>
internal sealed record AlertRule(
    string Name,
    string Title,
    string About,
    string Severity,
    string Page,
    int HoldSeconds,
    Func<AlertInputs, AlertOptions, string?> Find
);
