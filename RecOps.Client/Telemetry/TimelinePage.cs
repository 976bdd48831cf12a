using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Client.Telemetry.Charts;

namespace RecOps.Client.Telemetry;

/// <summary>
/// A page that shows a period: live, or paused at one point in time. What it shows is in its address, and its shortcuts are the same
/// on every such page.
/// </summary>
public abstract class TimelinePage : ComponentBase, IDisposable
{
    protected static readonly ApiProblem Offline = ApiProblem.Unreachable with
    {
        Detail = "Check that it is running and that your network is up. The console keeps retrying.",
    };

    private protected TimelineView Timeline { get; private set; } = default!;

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

    [Inject]
    internal ZonePreference Zones { get; set; } = default!;

    /// <summary>The time shown.</summary>
    internal TimeState Time { get; private set; } = TimeState.Default;

    internal bool Paused => Time.PausedAt is not null;

    internal TelemetryFrame? Frame => Timeline.Frame;

    /// <summary>Whether the charts show seconds from the live feed.</summary>
    internal bool ShowsLiveSeconds => Frame is not null && Timeline.FollowsFeed;

    protected int Seconds => Time.Minutes * 60;

    private string Here => new Uri(Navigation.Uri).AbsolutePath;

    /// <summary>What the page shows, as in its address.</summary>
    private string Query => QueryText.Format([.. Time.ToQuery(), (ZonePreference.Parameter, Zones.InAddress), .. Write()]);

    public void Dispose()
    {
        Page.KeyPressed -= OnKey;
        Theme.Changed -= Refresh;
        Navigation.LocationChanged -= OnLocationChanged;
        Timeline.Changed -= OnTimelineChanged;
        Timeline.Dispose();
        Leave();
        GC.SuppressFinalize(this);
    }

    internal void TogglePause()
    {
        if (Paused)
            Show(Time with { PausedAt = null });
        else if (Frame is not null)
            Show(Time with { PausedAt = Frame.End });
    }

    internal void SetMinutes(int minutes) => Show(Time with { Minutes = minutes });

    protected override async Task OnInitializedAsync()
    {
        Timeline = new TimelineView(Feed, History, Page, Clock);
        Timeline.Changed += OnTimelineChanged;
        Page.KeyPressed += OnKey;
        Theme.Changed += Refresh;
        Navigation.LocationChanged += OnLocationChanged;
        string query = new Uri(Navigation.Uri).Query;
        await OpenAsync(query);

        // The viewer's choice of zone is part of what a link to this page shows.
        if (Zones.InAddress is not null && !QueryText.Parse(query).ContainsKey(ZonePreference.Parameter))
            Navigation.NavigateTo(Here + Query, replace: true);
    }

    /// <summary>Reads the page's other values from its address.</summary>
    protected virtual void Read(IReadOnlyDictionary<string, string> query) { }

    /// <summary>The page's other values for the address; null for those at their default.</summary>
    protected virtual IEnumerable<(string Name, string? Value)> Write() => [];

    /// <summary>Called when the time shown has changed and its data is there.</summary>
    protected virtual Task OnTimeAsync() => Task.CompletedTask;

    /// <summary>Called for every second of a live page, and for every other update.</summary>
    protected virtual void OnNew() { }

    /// <summary>Called when the page is left.</summary>
    protected virtual void Leave() { }

    /// <summary>Puts what the page shows into its address.</summary>
    protected void Show() => Show(Time);

    internal void Show(TimeState next)
    {
        bool other = next != Time;
        Time = next;
        Navigation.NavigateTo(Here + Query, replace: true);
        _ = InvokeAsync(async () =>
        {
            if (other)
                await ShowTimeAsync();
            StateHasChanged();
        });
    }

    protected ChartData Marked(ChartData data) => data.Marked(Timeline.Annotations.Select(annotation => annotation.At));

    protected void Refresh() => _ = InvokeAsync(StateHasChanged);

    private async Task OpenAsync(string query)
    {
        IReadOnlyDictionary<string, string> values = QueryText.Parse(query);
        Time = TimeState.Parse(values);
        Read(values);
        await ShowTimeAsync();
    }

    private async Task ShowTimeAsync()
    {
        await Timeline.ShowAsync(Time);
        await OnTimeAsync();
    }

    /// <summary>The address changed under the page: back, forward, or a link to this same page.</summary>
    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        Uri address = new(change.Location);
        bool ours = Query == address.Query;
        if (!ours && address.AbsolutePath == Here)
            _ = InvokeAsync(async () =>
            {
                await OpenAsync(address.Query);
                StateHasChanged();
            });
    }

    private void OnTimelineChanged()
    {
        OnNew();
        Refresh();
    }

    private void OnKey(string key)
    {
        int place = Array.IndexOf(TimeRange.Minutes, Time.Minutes);
        if (key is "p" or "P")
            _ = InvokeAsync(TogglePause);
        else if (key == "-" && place < TimeRange.Minutes.Length - 1)
            _ = InvokeAsync(() => SetMinutes(TimeRange.Minutes[place + 1]));
        else if (key is "+" or "=" && place > 0)
            _ = InvokeAsync(() => SetMinutes(TimeRange.Minutes[place - 1]));
        else if (key is "r" or "R" && !Paused)
            _ = InvokeAsync(Timeline.RefreshAsync);
    }
}
