using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Alerts;

/// <summary>Firing alerts, all alert rules, and past alerts. Operators acknowledge and silence alerts.</summary>
public sealed partial class AlertsPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _leaving = new();
    private AlertList? _list;
    private ApiProblem? _problem;

    [Inject]
    internal AlertsClient Alerts { get; set; } = default!;

    [Inject]
    internal SessionState Session { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal ISnackbar Messages { get; set; } = default!;

    [Inject]
    internal TimeProvider Clock { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    private AlertState[] Firing => _list is null ? [] : [.. _list.Alerts.Where(alert => alert.Status == AlertStatus.Firing)];

    private string WebhookText =>
        _list?.Webhook switch
        {
            null => "no webhook is configured (Alerts:Webhook)",
            { At: null } => "a webhook is configured; nothing has been sent yet",
            { Problem: null, At: { } at } => $"last webhook message delivered {TimeText.Ago(Clock.GetUtcNow() - at)}",
            { Problem: var refused } => $"last webhook message failed: {refused}",
        };

    private int Pending => _list?.Alerts.Count(alert => alert.Status == AlertStatus.Pending) ?? 0;

    public void Dispose()
    {
        Session.Changed -= Refresh;
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override void OnInitialized()
    {
        Session.Changed += Refresh;
        _ = Polling.RunAsync(LoadAsync, () => Pause, Page, Clock, _leaving.Token);
    }

    private static Tone ToneOf(AlertState alert) =>
        alert.Status switch
        {
            AlertStatus.Firing => alert.Severity == AlertSeverity.Critical ? Tone.Bad : Tone.Warn,
            AlertStatus.Pending => Tone.Warn,
            _ => Tone.Neutral,
        };

    /// <summary>Seconds are kept for an hour; older alerts are shown by the minute.</summary>
    private int RangeOf(AlertRecordInfo record) => Clock.GetUtcNow() - record.FiredAt < TimeSpan.FromMinutes(50) ? 10 : 360;

    private async Task LoadAsync()
    {
        ApiResult<AlertList> answer = await Alerts.ListAsync(_leaving.Token);
        (_list, _problem) = (answer.Value ?? _list, answer.Problem);
        Refresh();
    }

    private Task AcknowledgeAsync(AlertState alert) =>
        ChangeAsync(
            Alerts.AcknowledgeAsync(alert.Rule, _leaving.Token),
            alert,
            $"{alert.Title}: others can see that you are working on it."
        );

    private Task SilenceAsync(AlertState alert, int minutes) =>
        ChangeAsync(
            Alerts.SilenceAsync(alert.Rule, minutes, _leaving.Token),
            alert,
            minutes == 0
                ? $"{alert.Title}: no longer silenced."
                : $"{alert.Title}: silenced for {TimeText.Duration(TimeSpan.FromMinutes(minutes))}."
        );

    private async Task ChangeAsync(Task<ApiResult<AlertList>> change, AlertState alert, string done)
    {
        ApiResult<AlertList> answer = await change;
        if (answer.Succeeded)
        {
            _list = answer.Value;
            Messages.Add(done);
        }
        else
        {
            Messages.Add($"{alert.Title}: {answer.Problem.Title}. {answer.Problem.Detail}", Severity.Error);
        }
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
