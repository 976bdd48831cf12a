using Microsoft.AspNetCore.Components;
using MudBlazor;
using RecOps.Client.Hosting;
using RecOps.Client.Security;
using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Alerts;

/// <summary>What fires, what is watched, and what fired before. Operators take alerts on themselves and silence them.</summary>
public sealed partial class AlertsPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource leaving = new();
    private AlertList? list;
    private ApiProblem? problem;

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

    private AlertState[] Firing => list is null ? [] : [.. list.Alerts.Where(alert => alert.Status == AlertStatus.Firing)];

    private string WebhookText => list?.Webhook switch
    {
        null => "no webhook is configured (Alerts:Webhook)",
        { At: null } => "a webhook is configured; nothing was to be sent yet",
        { Problem: null, At: { } at } => $"the webhook took a message {TimeText.Ago(Clock.GetUtcNow() - at)}",
        { Problem: var refused } => $"the webhook did not take a message: {refused}",
    };

    private int Pending => list?.Alerts.Count(alert => alert.Status == AlertStatus.Pending) ?? 0;

    public void Dispose()
    {
        Session.Changed -= Refresh;
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override void OnInitialized()
    {
        Session.Changed += Refresh;
        _ = Polling.RunAsync(LoadAsync, () => Pause, Page, Clock, leaving.Token);
    }

    private static Tone ToneOf(AlertState alert) => alert.Status switch
    {
        AlertStatus.Firing => alert.Severity == AlertSeverity.Critical ? Tone.Bad : Tone.Warn,
        AlertStatus.Pending => Tone.Warn,
        _ => Tone.Neutral,
    };

    /// <summary>Seconds are kept for an hour; what fired earlier is looked at in minutes.</summary>
    private int RangeOf(AlertRecordInfo record) => Clock.GetUtcNow() - record.FiredAt < TimeSpan.FromMinutes(50) ? 10 : 360;

    private async Task LoadAsync()
    {
        ApiResult<AlertList> answer = await Alerts.ListAsync(leaving.Token);
        (list, problem) = (answer.Value ?? list, answer.Problem);
        Refresh();
    }

    private Task AcknowledgeAsync(AlertState alert) =>
        ChangeAsync(Alerts.AcknowledgeAsync(alert.Rule, leaving.Token), alert, $"{alert.Title}: others see that you work on it.");

    private Task SilenceAsync(AlertState alert, int minutes) => ChangeAsync(
        Alerts.SilenceAsync(alert.Rule, minutes, leaving.Token), alert,
        minutes == 0 ? $"{alert.Title}: no longer silenced." : $"{alert.Title}: silenced for {TimeText.Duration(TimeSpan.FromMinutes(minutes))}.");

    private async Task ChangeAsync(Task<ApiResult<AlertList>> change, AlertState alert, string done)
    {
        ApiResult<AlertList> answer = await change;
        if (answer.Succeeded)
        {
            list = answer.Value;
            Messages.Add(done);
        }
        else
        {
            Messages.Add($"{alert.Title}: {answer.Problem.Title}. {answer.Problem.Detail}", Severity.Error);
        }
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
