using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>The current state of every rule on this server. Only <see cref="AlertMonitor"/> writes it.</summary>
internal sealed class AlertBoard
{
    private volatile AlertState[] _states = [.. AlertRules.All.Select(rule => Describe(rule, AlertProgress.Quiet))];

    /// <summary>In the order of <see cref="AlertRules.All"/>.</summary>
    public AlertState[] States
    {
        get => _states;
        set => _states = value;
    }

    /// <summary>Firing alerts, the most severe first.</summary>
    public FiringAlert[] Firing(DateTimeOffset now) =>
        [
            .. _states
                .Where(state => state.Status == AlertStatus.Firing)
                .OrderBy(state => state.Severity == AlertSeverity.Critical ? 0 : 1)
                .ThenBy(state => state.Since)
                .Select(state => new FiringAlert(
                    state.Rule,
                    state.Title,
                    state.Severity,
                    state.Since!.Value,
                    state.Page,
                    state.AcknowledgedBy is not null,
                    state.SilencedUntil > now
                )),
        ];

    public static AlertState Describe(AlertRule rule, AlertProgress progress) =>
        new(rule.Name, rule.Title, rule.About, rule.Severity, progress.Status, progress.Since, progress.Detail, rule.Page);
}
