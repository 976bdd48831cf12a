using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>
/// The time that a telemetry page shows: the live feed, a longer period that is fetched repeatedly, or one point in time at which it
/// is paused.
/// </summary>
internal sealed class TimelineView : IDisposable
{
    private const int AnnotationSeconds = 5;
    private static readonly TimeSpan AnnotationPause = TimeSpan.FromSeconds(AnnotationSeconds);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);
    private readonly TelemetryFeed _feed;
    private readonly TelemetryClient _history;
    private readonly PageWatch _page;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _leaving = new();
    private CancellationTokenSource _asking = new();
    private TimeState _shown = new(null, 0);
    private int _fillings;

    public TimelineView(TelemetryFeed feed, TelemetryClient history, PageWatch page, TimeProvider clock)
    {
        (_feed, _history, _page, _clock) = (feed, history, page, clock);
        feed.Changed += Follow;
        page.VisibilityChanged += Follow;
    }

    /// <summary>Raised when there is something new to show.</summary>
    public event Action? Changed;

    /// <summary>Null until there is data.</summary>
    public TelemetryFrame? Frame { get; private set; }

    /// <summary>Why there is nothing to show; null when there is something.</summary>
    public ApiProblem? Problem { get; private set; }

    /// <summary>The changes made, oldest first.</summary>
    public Annotation[] Annotations { get; private set; } = [];

    public int Seconds => _shown.Minutes * 60;

    /// <summary>The changes made in the time shown, newest first.</summary>
    public IEnumerable<Annotation> Shown =>
        Frame is null
            ? []
            : Annotations
                .Where(annotation =>
                    annotation.At > Frame.End.AddSeconds(-Seconds) && annotation.At <= Frame.End.AddSeconds(Frame.StepSeconds)
                )
                .Reverse();

    /// <summary>Whether it shows the live feed, second by second.</summary>
    public bool FollowsFeed => IsLive && _shown.Minutes <= TimeRange.LongestLive;

    private bool IsLive => _shown.PausedAt is null;

    /// <summary>Shows another time. Completes when its data is there, or known to be unavailable.</summary>
    public async Task ShowAsync(TimeState next)
    {
        (DateTimeOffset? pausedAt, int minutes, _) = next;
        bool begins = _shown.Minutes == 0;
        bool same =
            Frame is not null
            && _shown.PausedAt == pausedAt
            && _shown.Every == next.Every
            && TimeRange.Step(_shown.Minutes) == TimeRange.Step(minutes)
            && minutes <= TimeRange.LongestLive;

        // A paused page keeps showing what is already on the screen until it has the data that its link will show.
        bool stays =
            Frame is not null
            && pausedAt == Frame.End
            && TimeRange.Step(minutes) == Frame.StepSeconds
            && minutes * 60 <= Frame.Windows.Count * Frame.StepSeconds;
        _shown = next;
        if (begins)
            _ = Polling.RunAsync(AskForAnnotationsAsync, () => AnnotationPause, _page, _clock, _leaving.Token);
        if (same)
            return;

        await _asking.CancelAsync();
        _asking.Dispose();
        _asking = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        Problem = null;
        if (FollowsFeed)
            ShowFeed();
        else if (stays)
            _ = LoadAsync(pausedAt!.Value, _asking.Token, keepsFrame: true);
        else if (!IsLive)
            await LoadAsync(pausedAt!.Value, _asking.Token);
        else
        {
            Frame = null;
            _ = Polling.RunAsync(LoadLatestAsync, Pause, _page, _clock, _asking.Token);
        }
    }

    /// <summary>Asks again for what could not be loaded.</summary>
    public async Task RetryAsync()
    {
        if (IsLive)
            await LoadLatestAsync();
        else
            await LoadAsync(_shown.PausedAt!.Value, _asking.Token);
        Changed?.Invoke();
    }

    /// <summary>Shows new data without waiting for the next refresh.</summary>
    public async Task RefreshAsync()
    {
        if (FollowsFeed)
            ShowFeed();
        else if (IsLive)
            await LoadLatestAsync();
        Changed?.Invoke();
    }

    public void Dispose()
    {
        _feed.Changed -= Follow;
        _page.VisibilityChanged -= Follow;
        _leaving.Cancel();
        _asking.Cancel();
        _leaving.Dispose();
        _asking.Dispose();
    }

    private TimeSpan Pause()
    {
        TimeSpan step = TimeSpan.FromSeconds(TimeRange.Step(_shown.Minutes));
        TimeSpan pause =
            step < ShortestPause ? ShortestPause
            : step > TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1)
            : step;
        TimeSpan chosen = TimeSpan.FromSeconds(_shown.Every);
        return chosen > pause ? chosen : pause;
    }

    private Task LoadLatestAsync() => LoadAsync(null, _asking.Token);

    /// <param name="at">Null for now, by the server's clock.</param>
    /// <param name="keepsFrame">Whether to keep what is shown when the data cannot be loaded.</param>
    private async Task LoadAsync(DateTimeOffset? at, CancellationToken cancellation, bool keepsFrame = false)
    {
        int step = TimeRange.Step(_shown.Minutes);
        int count = Math.Max(Seconds, TelemetryFrame.MaxSeconds) / step;
        Stretch stretch = new(TimeSpan.FromSeconds(count * step), at?.AddSeconds(1));
        Task<ApiResult<TelemetryHistory>> line = _history.HistoryAsync(stretch, step, cancellation);
        Task<ApiResult<TelemetrySnapshot>>? asked = IsLive || at is null ? null : _history.SnapshotAsync(at.Value, cancellation);
        ApiResult<TelemetryHistory> past = await line;
        TelemetrySnapshot? snapshot = asked is null ? _feed.Latest : (await asked).Value;
        if (cancellation.IsCancellationRequested)
            return;

        TelemetryFrame? found = PastFrame.From(past.Value, snapshot, at, count);
        if (found is null && keepsFrame)
            return;

        Problem = past.Problem ?? (found is null && !IsLive ? PastFrame.Forgotten : null);

        // The previous frame is better than nothing while the server cannot be reached.
        if (found is not null || past.Problem is null || !IsLive)
            Frame = found is null ? null : found with { AwaitsPresent = IsLive && snapshot is null };
        Changed?.Invoke();
    }

    private async Task AskForAnnotationsAsync()
    {
        int seconds = Math.Max(Seconds, TelemetryFrame.MaxSeconds);
        Stretch stretch = Frame is null
            ? Stretch.Latest(seconds)
            : Stretch.UpTo(Frame.End.AddSeconds(AnnotationSeconds), seconds + AnnotationSeconds);
        ApiResult<AnnotationList> answer = await _history.AnnotationsAsync(stretch, _leaving.Token);
        if (answer.Succeeded)
            Annotations = answer.Value.Annotations;
        Changed?.Invoke();
    }

    /// <summary>Whether it is time to show another second; filled gaps in the shown period are always shown.</summary>
    private bool IsDue(TelemetryFrame? next) =>
        Frame is null
        || next is null
        || next.End == Frame.End
        || Frame.AwaitsPresent
        || _fillings != _feed.Fillings
        || next.End - Frame.End >= TimeSpan.FromSeconds(_shown.Every);

    private void ShowFeed() => (Frame, _fillings) = (_feed.Frame, _feed.Fillings);

    private void Follow()
    {
        if (_page.Hidden)
            return;

        if (FollowsFeed && IsDue(_feed.Frame))
            ShowFeed();
        else if (!FollowsFeed && Frame is not null && _feed.Latest is { } latest && IsLive)
            Frame = Frame with
            {
                AwaitsPresent = false,
                Minute = latest.Minute,
                Server = latest.Server,
                Slo = latest.Slo,
                Alerts = latest.Alerts,
            };
        Changed?.Invoke();
    }
}
