using System.Net.ServerSentEvents;
using System.Text.Json;
using RecOps.Client.Hosting;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>
/// The live view of the server: keeps one event stream open, reconnects when it breaks or falls silent, and remembers the last
/// ten minutes. What the stream did not bring (the time before the view was opened, between connections, or seconds that a slow
/// connection skipped) comes from the server's history.
/// </summary>
internal sealed partial class TelemetryFeed(
    TelemetryStream stream, TelemetryClient history, TimeProvider clock, ILogger<TelemetryFeed> logger) : IAsyncDisposable
{
    /// <summary>A healthy server sends something every second; so long without anything and the connection is dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    /// <summary>So long the first seconds wait for those before them: drawing charts twice would keep the browser from reading the history.</summary>
    public static readonly TimeSpan HistoryPatience = TimeSpan.FromSeconds(3);

    private readonly TelemetryRing ring = new(TelemetryFrame.MaxSeconds);
    private readonly CancellationTokenSource stopping = new();
    private Task? running;
    private Task asking = Task.CompletedTask;
    private int failures;
    private int refusals;
    private DateTimeOffset askAgain;
    private DateTimeOffset started;

    /// <summary>Up to this Unix second all is here that the server knows; null while that is not known of any.</summary>
    private long? settled;

    /// <summary>Raised after every snapshot and every change of a status.</summary>
    public event Action? Changed;

    public FeedStatus Status { get; private set; } = FeedStatus.Connecting;

    public HistoryStatus History { get; private set; } = HistoryStatus.Loading;

    /// <summary>Why history is missing; null when it is not.</summary>
    public ApiProblem? HistoryProblem { get; private set; }

    /// <summary>How often history filled something in.</summary>
    public int Fillings { get; private set; }

    public TelemetrySnapshot? Latest { get; private set; }

    /// <summary>When the last snapshot arrived, by the viewer's clock.</summary>
    public DateTimeOffset? LastUpdate { get; private set; }

    /// <summary>The newest view; null until something is known.</summary>
    public TelemetryFrame? Frame => ring.Newest is { } newest && !WaitsForHistory
        ? new(DateTimeOffset.FromUnixTimeSeconds(newest), ring.Last(ring.Capacity), Latest?.Minute, Latest?.Server)
        {
            AwaitsPresent = Latest is null,
            Slo = Latest?.Slo,
            Alerts = Latest?.Alerts,
        }
        : null;

    private bool WaitsForHistory => History is HistoryStatus.Loading && clock.GetUtcNow() - started < HistoryPatience;

    /// <summary>Starts once; later calls change nothing.</summary>
    public void Start()
    {
        if (running is not null)
            return;

        // Not after the first snapshot: the past is there as soon as the page is.
        started = clock.GetUtcNow();
        asking = AskAsync();
        running = RunAsync(stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (running is not null)
            await Task.WhenAll(running, asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
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
            catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException
                or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                LogBroken(logger, broken.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            failures++;
            Set(failures >= ReconnectBackoff.OfflineAfter ? FeedStatus.Offline
                : Latest is null ? FeedStatus.Connecting : FeedStatus.Reconnecting);
            TimeSpan delay = ReconnectBackoff.Delay(failures, Random.Shared.NextDouble());
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

            failures = 0;
            AskWhatIsMissing(evenIfRefused: first);
            first = false;
        }
    }

    private void Take(TelemetrySnapshot? snapshot)
    {
        if (snapshot is null)
            return;

        ring.Add(snapshot.Second);
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

    /// <summary>Asks for history where the stream left a hole, or history could not be had; one question at a time.</summary>
    /// <param name="evenIfRefused">Whether to ask without the pause that follows a refusal: the connection is new.</param>
    private void AskWhatIsMissing(bool evenIfRefused)
    {
        if (asking.IsCompleted && !IsWhole() && (evenIfRefused || clock.GetUtcNow() >= askAgain))
            asking = AskAsync();
    }

    private async Task AskAsync()
    {
        // Whatever the answer has, it is all that the server knows up to here.
        long? known = ring.Newest;
        ApiResult<TelemetryHistory> past = await history.HistoryAsync(Missing(), stepSeconds: 1, stopping.Token);
        HistoryProblem = past.Problem;
        if (past.Succeeded)
        {
            (History, refusals) = (HistoryStatus.Complete, 0);
            settled = known ?? settled;
            FillIn(past.Value.Windows);
        }
        else
        {
            History = HistoryStatus.Missing;
            askAgain = clock.GetUtcNow() + ReconnectBackoff.Delay(++refusals, Random.Shared.NextDouble());
            LogNoHistory(logger, past.Problem.Title);
        }

        Changed?.Invoke();
    }

    /// <summary>The hole; at first all that is remembered.</summary>
    private Stretch Missing() => settled is { } second && ring.Newest is { } newest
        ? Stretch.UpTo(DateTimeOffset.FromUnixTimeSeconds(newest + 1), (int)Math.Min(newest - second, ring.Capacity))
        : Stretch.Latest(ring.Capacity);

    private void FillIn(TelemetryWindow[] windows)
    {
        // A second that the stream has not sent yet would stand beside the figures of the one before it.
        foreach (TelemetryWindow window in windows.Where(window => Latest is null || window.Start <= Latest.Second.Start))
        {
            ring.Add(window);
            settled = Math.Max(settled ?? long.MinValue, window.Start.ToUnixTimeSeconds());
        }

        Fillings++;
    }

    /// <summary>Whether nothing is missing up to the newest second.</summary>
    private bool IsWhole()
    {
        if (History is not HistoryStatus.Complete)
            return false;
        if (ring.Newest is not { } newest)
            return true;

        long second = Math.Max(settled ?? long.MinValue, newest - ring.Capacity);
        while (second < newest && ring.Has(second + 1))
            second++;
        settled = second;
        return second == newest;
    }

    [LoggerMessage(1, LogLevel.Information, "The telemetry stream ended; reconnecting")]
    private static partial void LogEnded(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "The telemetry stream broke: {Reason}")]
    private static partial void LogBroken(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "No telemetry history: {Reason}")]
    private static partial void LogNoHistory(ILogger logger, string reason);
}
