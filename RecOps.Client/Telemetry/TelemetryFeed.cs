using System.Net.ServerSentEvents;
using System.Text.Json;
using RecOps.Client.Hosting;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>
/// The live view of the server: keeps one event stream open, reconnects when it breaks or falls silent, and remembers the last
/// ten minutes. What the stream did not deliver (the time before the view was opened, gaps between connections, or seconds that a
/// slow connection skipped) comes from the server's history.
/// </summary>
internal sealed partial class TelemetryFeed(
    TelemetryStream stream,
    TelemetryClient history,
    TimeProvider clock,
    ILogger<TelemetryFeed> logger
) : IAsyncDisposable
{
    /// <summary>A healthy server sends something every second; after this long without anything the connection is dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    /// <summary>
    /// The first seconds wait this long for the history before them: drawing charts twice would keep the browser from reading it.
    /// </summary>
    public static readonly TimeSpan HistoryPatience = TimeSpan.FromSeconds(3);

    private readonly TelemetryRing _ring = new(TelemetryFrame.MaxSeconds);
    private readonly CancellationTokenSource _stopping = new();
    private Task? _running;
    private Task _asking = Task.CompletedTask;
    private int _failures;
    private int _refusals;
    private DateTimeOffset _askAgain;
    private DateTimeOffset _started;

    /// <summary>Everything that the server has up to this Unix second is here; null while that is not known for any second.</summary>
    private long? _settled;

    /// <summary>Raised after every snapshot and every change of a status.</summary>
    public event Action? Changed;

    public FeedStatus Status { get; private set; } = FeedStatus.Connecting;

    public HistoryStatus History { get; private set; } = HistoryStatus.Loading;

    /// <summary>Why history is missing; null when it is not.</summary>
    public ApiProblem? HistoryProblem { get; private set; }

    /// <summary>How often history has filled something in.</summary>
    public int Fillings { get; private set; }

    public TelemetrySnapshot? Latest { get; private set; }

    /// <summary>When the last snapshot arrived, by the viewer's clock.</summary>
    public DateTimeOffset? LastUpdate { get; private set; }

    /// <summary>The newest view; null until there is data.</summary>
    public TelemetryFrame? Frame =>
        _ring.Newest is { } newest && !WaitsForHistory
            ? new(DateTimeOffset.FromUnixTimeSeconds(newest), _ring.Last(_ring.Capacity), Latest?.Minute, Latest?.Server)
            {
                AwaitsPresent = Latest is null,
                Slo = Latest?.Slo,
                Alerts = Latest?.Alerts,
            }
            : null;

    private bool WaitsForHistory => History is HistoryStatus.Loading && clock.GetUtcNow() - _started < HistoryPatience;

    /// <summary>Starts once; later calls change nothing.</summary>
    public void Start()
    {
        if (_running is not null)
            return;

        // Does not wait for the first snapshot: the past is there as soon as the page is.
        _started = clock.GetUtcNow();
        _asking = AskAsync();
        _running = RunAsync(_stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_running is not null)
            await Task.WhenAll(_running, _asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancellation);
                LogEnded(logger);
            }
            catch (Exception broken)
                when (broken is HttpRequestException or IOException or JsonException or OperationCanceledException
                    && !cancellation.IsCancellationRequested
                )
            {
                LogBroken(logger, broken.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _failures++;
            Set(
                _failures >= ReconnectBackoff.OfflineAfter ? FeedStatus.Offline
                : Latest is null ? FeedStatus.Connecting
                : FeedStatus.Reconnecting
            );
            TimeSpan delay = ReconnectBackoff.Delay(_failures, Random.Shared.NextDouble());
            await Task.Delay(delay, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads one connection to its end.</summary>
    private async Task FollowAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource silence = new(Silence, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
        bool first = true;
        await foreach (SseItem<string> item in stream.ReadAsync(either.Token))
        {
            silence.CancelAfter(Silence);
            if (item.EventType == TelemetryStream.SnapshotEvent)
                Take(JsonSerializer.Deserialize(item.Data, TelemetryJson.Default.TelemetrySnapshot));
            else
                Set(FeedStatus.Live);

            _failures = 0;
            AskWhatIsMissing(evenIfRefused: first);
            first = false;
        }
    }

    private void Take(TelemetrySnapshot? snapshot)
    {
        if (snapshot is null)
            return;

        _ring.Add(snapshot.Second);
        Latest = snapshot;
        LastUpdate = clock.GetUtcNow();
        Status = FeedStatus.Live;
        Changed?.Invoke();
    }

    private void Set(FeedStatus status)
    {
        if (Status == status)
            return;

        Status = status;
        Changed?.Invoke();
    }

    /// <summary>Asks for history where the stream left a gap or history was missing; one request at a time.</summary>
    /// <param name="evenIfRefused">Whether to skip the pause that follows a refusal, because the connection is new.</param>
    private void AskWhatIsMissing(bool evenIfRefused)
    {
        if (_asking.IsCompleted && !IsWhole() && (evenIfRefused || clock.GetUtcNow() >= _askAgain))
            _asking = AskAsync();
    }

    private async Task AskAsync()
    {
        // Whatever the answer has, it is all that the server has up to here.
        long? known = _ring.Newest;
        ApiResult<TelemetryHistory> past = await history.HistoryAsync(Missing(), stepSeconds: 1, _stopping.Token);
        HistoryProblem = past.Problem;
        if (past.Succeeded)
        {
            (History, _refusals) = (HistoryStatus.Complete, 0);
            _settled = known ?? _settled;
            FillIn(past.Value.Windows);
        }
        else
        {
            History = HistoryStatus.Missing;
            _askAgain = clock.GetUtcNow() + ReconnectBackoff.Delay(++_refusals, Random.Shared.NextDouble());
            LogNoHistory(logger, past.Problem.Title);
        }

        Changed?.Invoke();
    }

    /// <summary>The gap; at first everything that is remembered.</summary>
    private Stretch Missing() =>
        _settled is { } second && _ring.Newest is { } newest
            ? Stretch.UpTo(DateTimeOffset.FromUnixTimeSeconds(newest + 1), (int)Math.Min(newest - second, _ring.Capacity))
            : Stretch.Latest(_ring.Capacity);

    private void FillIn(TelemetryWindow[] windows)
    {
        // A second that the stream has not sent yet would appear beside the figures of the previous one.
        foreach (TelemetryWindow window in windows.Where(window => Latest is null || window.Start <= Latest.Second.Start))
        {
            _ring.Add(window);
            _settled = Math.Max(_settled ?? long.MinValue, window.Start.ToUnixTimeSeconds());
        }

        Fillings++;
    }

    /// <summary>Whether nothing is missing up to the newest second.</summary>
    private bool IsWhole()
    {
        if (History is not HistoryStatus.Complete)
            return false;
        if (_ring.Newest is not { } newest)
            return true;

        long second = Math.Max(_settled ?? long.MinValue, newest - _ring.Capacity);
        while (second < newest && _ring.Has(second + 1))
            second++;
        _settled = second;
        return second == newest;
    }

    [LoggerMessage(1, LogLevel.Information, "The telemetry stream ended; reconnecting")]
    private static partial void LogEnded(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "The telemetry stream broke: {Reason}")]
    private static partial void LogBroken(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "No telemetry history: {Reason}")]
    private static partial void LogNoHistory(ILogger logger, string reason);
}
