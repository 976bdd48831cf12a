using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry.Charts;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>
/// The page on-call staff keep open. It follows the feed, or stands still on one frame while paused; what it shows is in its
/// address.
/// </summary>
public sealed partial class Overview : ComponentBase, IDisposable
{
    private static readonly string[] ChartTitles = ["Requests", "Latency, whole request", "Latency by stage", "Where lists come from"];
    private static readonly (int, string)[] RangeOptions = [.. OverviewState.Ranges.Select(minutes => (minutes, $"{minutes} min"))];
    private static readonly (LatencyPercentile, string)[] PercentileOptions =
        [(LatencyPercentile.P50, "p50"), (LatencyPercentile.P99, "p99")];

    private static readonly ApiProblem Offline = ApiProblem.Unreachable with
    {
        Detail = "Check that it runs and that your network is up. The console keeps trying by itself.",
    };

    private readonly CancellationTokenSource leaving = new();
    private OverviewState state = OverviewState.Default;
    private TelemetryFrame? frame;
    private ApiProblem? missing;
    private Annotation[] annotations = [];

    [Inject]
    internal TelemetryFeed Feed { get; set; } = default!;

    [Inject]
    internal TelemetryClient History { get; set; } = default!;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Inject]
    internal ThemePreference Theme { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    [Inject]
    internal TimeProvider Clock { get; set; } = default!;

    [Inject]
    internal TimeZoneInfo Zone { get; set; } = default!;

    private bool Paused => state.PausedAt is not null;

    private string Here => new Uri(Navigation.BaseUri).AbsolutePath;

    private int Seconds => state.Minutes * 60;

    public void Dispose()
    {
        Feed.Changed -= Follow;
        Page.VisibilityChanged -= Follow;
        Page.KeyPressed -= OnKey;
        Theme.Changed -= Refresh;
        Navigation.LocationChanged -= OnLocationChanged;
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Feed.Changed += Follow;
        Page.VisibilityChanged += Follow;
        Page.KeyPressed += OnKey;
        Theme.Changed += Refresh;
        Navigation.LocationChanged += OnLocationChanged;
        _ = Polling.RunAsync(LoadAnnotationsAsync, () => TimeSpan.FromSeconds(5), Page, Clock, leaving.Token);
        await OpenAsync(OverviewState.Parse(new Uri(Navigation.Uri).Query));
    }

    /// <summary>What the charts' time has, newest first.</summary>
    private IEnumerable<Annotation> Shown => frame is null
        ? []
        : annotations.Where(annotation => annotation.At > frame.End.AddSeconds(-Seconds) && annotation.At <= frame.End.AddSeconds(1)).Reverse();

    private ChartData Marked(ChartData data) => data.Marked(annotations.Select(annotation => annotation.At));

    private async Task LoadAnnotationsAsync()
    {
        DateTimeOffset end = frame?.End ?? Clock.GetUtcNow();
        ApiResult<AnnotationList> answer = await History.AnnotationsAsync(end.AddSeconds(-TelemetryFrame.MaxSeconds), end.AddSeconds(5), leaving.Token);
        if (answer.Succeeded)
            annotations = answer.Value.Annotations;
        Refresh();
    }

    private async Task OpenAsync(OverviewState opened)
    {
        bool otherMoment = opened.PausedAt != state.PausedAt || frame is null;
        state = opened;
        missing = null;
        if (!Paused)
            frame = Feed.Frame;
        else if (otherMoment)
            await LoadPausedAsync();
    }

    /// <summary>The address changed under the page: back, forward, or a link to this same page.</summary>
    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        Uri address = new(change.Location);
        OverviewState opened = OverviewState.Parse(address.Query);
        if (opened != state && address.AbsolutePath == Here)
            _ = InvokeAsync(async () =>
            {
                await OpenAsync(opened);
                StateHasChanged();
            });
    }

    /// <summary>Opens the moment a link points to, from the server's own history.</summary>
    private async Task LoadPausedAsync()
    {
        if (state.PausedAt is not { } at)
            return;

        DateTimeOffset to = at.AddSeconds(1);
        Task<ApiResult<TelemetryHistory>> seconds = History.HistoryAsync(
            to.AddSeconds(-TelemetryFrame.MaxSeconds), to, TimeSpan.FromSeconds(1), leaving.Token);
        Task<ApiResult<TelemetryHistory>> minute = History.HistoryAsync(
            to.AddSeconds(-60), to, TimeSpan.FromSeconds(60), leaving.Token);
        ApiResult<TelemetryHistory> past = await seconds;
        frame = PastFrame.From(past.Value, (await minute).Value, at, Feed.Latest?.Server);
        missing = past.Problem ?? (frame is null ? PastFrame.Forgotten : null);
    }

    private void Follow()
    {
        if (Page.Hidden)
            return;

        _ = InvokeAsync(() =>
        {
            if (!Paused)
                frame = Feed.Frame;
            else if (frame is { Server: null } && Feed.Latest is { } latest)
                frame = frame with { Server = latest.Server };
            StateHasChanged();
        });
    }

    private void TogglePause()
    {
        if (Paused)
        {
            frame = Feed.Frame;
            missing = null;
            Show(state with { PausedAt = null });
        }
        else if (frame is not null)
        {
            Show(state with { PausedAt = frame.End });
        }
    }

    private void SetMinutes(int minutes) => Show(state with { Minutes = minutes });

    private void SetPercentile(LatencyPercentile percentile) => Show(state with { Percentile = percentile });

    private void Show(OverviewState next)
    {
        state = next;
        Navigation.NavigateTo(Here + next.ToQuery(), replace: true);
        Refresh();
    }

    private void OnKey(string key)
    {
        if (key is "p" or "P")
            _ = InvokeAsync(TogglePause);
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
