using System.Globalization;
using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Latency;

/// <summary>Where the time of requests goes: percentiles, stages, the distribution, and the slowest requests one by one.</summary>
public sealed partial class LatencyPage : TimelinePage
{
    private const int MinuteSeconds = 60;
    private const int MostColumns = 120;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly string[] ChartTitles = ["Whole request", "By stage", "Breakdown of a request", "Latency distribution"];
    private static readonly (int Minutes, string Name)[] Comparisons = [(0, ""), (10, "10 min"), (60, "1 h"), (1440, "a day")];
    private readonly CancellationTokenSource _leaving = new();
    private LatencyPercentile _percentile = LatencyPercentile.P99;
    private int _compare;
    private TelemetryFrame? _earlier;
    private LatencyMap? _map;
    private SlowRequest[]? _slow;
    private ApiProblem? _slowProblem;
    private DateTimeOffset? _chosen;
    private bool _polls;

    private string CompareName => Array.Find(Comparisons, each => each.Minutes == _compare).Name;

    /// <summary>The slowest requests are kept by the minute, so a click selects a minute, or all the time of a point.</summary>
    private int ChosenSeconds => Math.Max(MinuteSeconds, TimeRange.Step(Time.Minutes));

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _polls = true;
        _ = Polling.RunAsync(LoadAsync, () => Pause, Page, Clock, _leaving.Token);
    }

    protected override void Read(IReadOnlyDictionary<string, string> query)
    {
        _percentile = LatencyPercentiles.Parse(query.GetValueOrDefault("stage"));
        _compare =
            int.TryParse(query.GetValueOrDefault("compare"), CultureInfo.InvariantCulture, out int minutes)
            && Array.Exists(Comparisons, each => each.Minutes == minutes)
                ? minutes
                : 0;
        _chosen =
            long.TryParse(query.GetValueOrDefault("slow"), CultureInfo.InvariantCulture, out long second)
            && second is > 0 and < 253_402_300_800
                ? DateTimeOffset.FromUnixTimeSeconds(second)
                : null;
    }

    protected override IEnumerable<(string Name, string? Value)> Write() =>
        [
            ("stage", _percentile.ToQuery()),
            ("compare", _compare == 0 ? null : _compare.ToString(CultureInfo.InvariantCulture)),
            ("slow", _chosen?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ];

    protected override async Task OnTimeAsync()
    {
        _earlier = null;

        // The first load is done by the polling.
        if (_polls)
            await LoadAsync();
    }

    protected override void Leave()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task LoadAsync()
    {
        await Task.WhenAll(LoadMapAsync(), LoadSlowAsync(), LoadEarlierAsync());
        Refresh();
    }

    /// <summary>The time that the charts show, or will show once they are loaded.</summary>
    private Stretch Shown() =>
        Frame is null ? Stretch.Latest(Seconds) : Stretch.UpTo(Frame.End.AddSeconds(TimeRange.Step(Time.Minutes)), Seconds);

    private async Task LoadMapAsync()
    {
        ApiResult<LatencyMap> answer = await History.LatencyMapAsync(
            Shown(),
            Math.Max(TimeRange.Step(Time.Minutes), Seconds / MostColumns),
            _leaving.Token
        );
        if (answer.Succeeded)
            _map = answer.Value;
    }

    private async Task LoadSlowAsync()
    {
        Stretch stretch = _chosen is { } at ? Stretch.UpTo(at.AddSeconds(ChosenSeconds), ChosenSeconds) : Shown();
        ApiResult<SlowRequestList> answer = await History.SlowRequestsAsync(stretch, _leaving.Token);
        (_slow, _slowProblem) = (answer.Value?.Requests ?? _slow, answer.Problem);
    }

    private async Task LoadEarlierAsync()
    {
        if (_compare == 0 || Frame is not { } frame)
        {
            _earlier = null;
            return;
        }

        DateTimeOffset end = frame.End.AddMinutes(-_compare);
        ApiResult<TelemetryHistory> past = await History.HistoryAsync(
            Stretch.UpTo(end.AddSeconds(frame.StepSeconds), Seconds),
            frame.StepSeconds,
            _leaving.Token
        );
        if (past.Succeeded)
            _earlier = PastFrame.From(past.Value, null, end, Seconds / frame.StepSeconds);
    }

    private void SetPercentile(LatencyPercentile next)
    {
        _percentile = next;
        Show();
    }

    private async Task CompareAsync(ChangeEventArgs change)
    {
        _compare = int.Parse((string)change.Value!, CultureInfo.InvariantCulture);
        Show();
        await LoadEarlierAsync();
    }

    private async Task ChooseAsync(DateTimeOffset time)
    {
        _chosen = DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / MinuteSeconds * MinuteSeconds);
        Show();
        await LoadSlowAsync();
    }

    private async Task ForgetAsync()
    {
        _chosen = null;
        Show();
        await LoadSlowAsync();
    }
}
