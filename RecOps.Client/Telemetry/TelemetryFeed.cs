using System.Net.ServerSentEvents;
using System.Text.Json;
using RecOps.Client.Hosting;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>
/// The live view of the server: keeps one event stream open, reconnects when it breaks or falls silent, fills what was
/// missed from the server's history, and remembers the last ten minutes.
/// </summary>
internal sealed partial class TelemetryFeed(
    TelemetryStream stream, TelemetryClient history, TimeProvider clock, ILogger<TelemetryFeed> logger) : IAsyncDisposable
{
    /// <summary>A healthy server sends something every second; so long without anything and the connection is dead.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    private readonly TelemetryRing ring = new(TelemetryFrame.MaxSeconds);
    private readonly CancellationTokenSource stopping = new();
    private Task? running;
    private int failures;

    /// <summary>Raised after every snapshot and every change of status.</summary>
    public event Action? Changed;

    public FeedStatus Status { get; private set; } = FeedStatus.Connecting;

    public TelemetrySnapshot? Latest { get; private set; }

    /// <summary>When the last snapshot arrived, by the viewer's clock.</summary>
    public DateTimeOffset? LastUpdate { get; private set; }

    /// <summary>The newest view; null until something is known.</summary>
    public TelemetryFrame? Frame => ring.Newest is { } newest
        ? new(DateTimeOffset.FromUnixTimeSeconds(newest), ring.Last(ring.Capacity), Latest?.Minute, Latest?.Server) { Slo = Latest?.Slo, Alerts = Latest?.Alerts }
        : null;

    /// <summary>Starts once; later calls change nothing.</summary>
    public void Start() => running ??= RunAsync(stopping.Token);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (running is not null)
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        Task? filling = null;
        await foreach (SseItem<string> item in stream.ReadAsync(either.Token))
        {
            silence.CancelAfter(Silence);
            if (item.EventType == TelemetryStream.SnapshotEvent)
                Take(JsonSerializer.Deserialize(item.Data, TelemetryJson.Default.TelemetrySnapshot));
            else
                Set(FeedStatus.Live);

            failures = 0;
            filling ??= FillAsync(cancellation);
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

    /// <summary>Adds what happened before or between connections. A view with gaps beats none, so failing is no drama.</summary>
    private async Task FillAsync(CancellationToken cancellation)
    {
        // The server's clock counts, not the viewer's: theirs may be minutes off.
        DateTimeOffset to = Latest?.Time ?? clock.GetUtcNow();
        ApiResult<TelemetryHistory> past = await history.HistoryAsync(
            to.AddSeconds(-ring.Capacity), to, TimeSpan.FromSeconds(1), cancellation);
        if (!past.Succeeded)
        {
            LogNoHistory(logger, past.Problem.Title);
            return;
        }

        // A second that the stream has not sent yet would stand beside the figures of the one before it.
        foreach (TelemetryWindow window in past.Value.Windows.Where(window => Latest is null || window.Start <= Latest.Second.Start))
            ring.Add(window);
        Changed?.Invoke();
    }

    [LoggerMessage(1, LogLevel.Information, "The telemetry stream ended; reconnecting")]
    private static partial void LogEnded(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "The telemetry stream broke: {Reason}")]
    private static partial void LogBroken(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "No telemetry history: {Reason}")]
    private static partial void LogNoHistory(ILogger logger, string reason);
}
