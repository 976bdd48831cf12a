using System.Globalization;
using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Latency;

/// <summary>Where the time of requests goes: percentiles, stages, their spread, and the slowest requests one by one.</summary>
public sealed partial class LatencyPage : TimelinePage
{
    private const int MinuteSeconds = 60;
    private const int MostColumns = 120;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly string[] ChartTitles = ["Whole request", "By stage", "What a request is made of", "How requests are spread"];
    private static readonly (int Minutes, string Name)[] Comparisons = [(0, ""), (10, "10 min"), (60, "1 h"), (1440, "a day")];
    private readonly CancellationTokenSource leaving = new();
    private LatencyPercentile percentile = LatencyPercentile.P99;
    private int compare;
    private TelemetryFrame? earlier;
    private LatencyMap? map;
    private SlowRequest[]? slow;
    private ApiProblem? slowProblem;
    private DateTimeOffset? chosen;
    private bool polls;

    private string CompareName => Array.Find(Comparisons, each => each.Minutes == compare).Name;

    /// <summary>The slowest are kept for each minute, so that it is a minute that is looked at, or all that a point stands for.</summary>
    private int ChosenSeconds => Math.Max(MinuteSeconds, TimeRange.Step(Time.Minutes));

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        polls = true;
        _ = Polling.RunAsync(LoadAsync, () => Pause, Page, Clock, leaving.Token);
    }

    protected override void Read(IReadOnlyDictionary<string, string> query)
    {
        percentile = LatencyPercentiles.Parse(query.GetValueOrDefault("stage"));
        compare = int.TryParse(query.GetValueOrDefault("compare"), CultureInfo.InvariantCulture, out int minutes) && Array.Exists(Comparisons, each => each.Minutes == minutes) ? minutes : 0;
        chosen = long.TryParse(query.GetValueOrDefault("slow"), CultureInfo.InvariantCulture, out long second) && second is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(second) : null;
    }

    protected override IEnumerable<(string Name, string? Value)> Write() =>
    [
        ("stage", percentile.ToQuery()),
        ("compare", compare == 0 ? null : compare.ToString(CultureInfo.InvariantCulture)),
        ("slow", chosen?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
    ];

    protected override async Task OnTimeAsync()
    {
        earlier = null;

        // The first time is the polling's.
        if (polls)
            await LoadAsync();
    }

    protected override void Leave()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    private async Task LoadAsync()
    {
        await Task.WhenAll(LoadMapAsync(), LoadSlowAsync(), LoadEarlierAsync());
        Refresh();
    }

    /// <summary>The time that the charts show, or will as soon as they are there.</summary>
    private Stretch Shown() => Frame is null
        ? Stretch.Latest(Seconds)
        : Stretch.UpTo(Frame.End.AddSeconds(TimeRange.Step(Time.Minutes)), Seconds);

    private async Task LoadMapAsync()
    {
        ApiResult<LatencyMap> answer = await History.LatencyMapAsync(Shown(), Math.Max(TimeRange.Step(Time.Minutes), Seconds / MostColumns), leaving.Token);
        if (answer.Succeeded)
            map = answer.Value;
    }

    private async Task LoadSlowAsync()
    {
        Stretch stretch = chosen is { } at ? Stretch.UpTo(at.AddSeconds(ChosenSeconds), ChosenSeconds) : Shown();
        ApiResult<SlowRequestList> answer = await History.SlowRequestsAsync(stretch, leaving.Token);
        (slow, slowProblem) = (answer.Value?.Requests ?? slow, answer.Problem);
    }

    private async Task LoadEarlierAsync()
    {
        if (compare == 0 || Frame is not { } frame)
        {
            earlier = null;
            return;
        }

        DateTimeOffset end = frame.End.AddMinutes(-compare);
        ApiResult<TelemetryHistory> past = await History.HistoryAsync(Stretch.UpTo(end.AddSeconds(frame.StepSeconds), Seconds), frame.StepSeconds, leaving.Token);
        if (past.Succeeded)
            earlier = PastFrame.From(past.Value, null, end, Seconds / frame.StepSeconds);
    }

    private void SetPercentile(LatencyPercentile next)
    {
        percentile = next;
        Show();
    }

    private async Task CompareAsync(ChangeEventArgs change)
    {
        compare = int.Parse((string)change.Value!, CultureInfo.InvariantCulture);
        Show();
        await LoadEarlierAsync();
    }

    private async Task ChooseAsync(DateTimeOffset time)
    {
        chosen = DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / MinuteSeconds * MinuteSeconds);
        Show();
        await LoadSlowAsync();
    }

    private async Task ForgetAsync()
    {
        chosen = null;
        Show();
        await LoadSlowAsync();
    }
}
