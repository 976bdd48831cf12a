using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;

namespace RecOps.Server.Telemetry.History;

/// <summary>
/// Restores past telemetry at start and saves new telemetry every few seconds. Nothing waits for it: if the disk fails, the console loses
/// its past at the next restart, and a warning is logged.
/// </summary>
internal sealed partial class TimelineKeeping(
    Timeline timeline,
    TimelineFile file,
    IOptions<TelemetryOptions> options,
    TimeProvider time,
    ILogger<TimelineKeeping> logger
) : BackgroundLoop(time, logger)
{
    private const int MinuteSeconds = 60;
    private const int Backlog = 600;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Channel<TelemetrySlice> _seconds = Channel.CreateBounded<TelemetrySlice>(Newest());
    private readonly Channel<TelemetrySlice> _minutes = Channel.CreateBounded<TelemetrySlice>(Newest());
    private readonly TaskCompletionSource _restored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger = logger;
    private bool _failed;

    /// <summary>Completes when the past is restored, known to be lost, or not kept at all.</summary>
    public Task Restored => options.Value is { Enabled: true, Keep: true } ? _restored.Task : Task.CompletedTask;

    public void Keep(TelemetrySlice second, TelemetrySlice? minute)
    {
        if (!options.Value.Keep)
            return;
        _seconds.Writer.TryWrite(second);
        if (minute is not null)
            _minutes.Writer.TryWrite(minute);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Guard(WriteAll);
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Keep)
            return false;
        if (!_restored.Task.IsCompleted)
        {
            Guard(Restore);
            _restored.TrySetResult();
        }

        if (!await _seconds.Reader.WaitToReadAsync(stoppingToken))
            return false;
        Guard(WriteAll);
        await Task.Delay(Pause, Time, stoppingToken);
        return true;
    }

    private void Restore()
    {
        DateTimeOffset now = Time.GetUtcNow();
        List<TelemetrySlice> seconds = file.Read(1, now.AddSeconds(-Timeline.KeptSeconds));
        List<TelemetrySlice> minutes = file.Read(MinuteSeconds, now.AddMinutes(-Timeline.KeptMinutes));
        timeline.Restore(seconds, WithUnfinished(minutes, seconds, now));
    }

    /// <summary>A killed server has not merged its last seconds into a minute.</summary>
    private static List<TelemetrySlice> WithUnfinished(List<TelemetrySlice> minutes, List<TelemetrySlice> seconds, DateTimeOffset now)
    {
        long known = minutes.Count == 0 ? long.MinValue : minutes[^1].Start.ToUnixTimeSeconds() / MinuteSeconds;
        long running = now.ToUnixTimeSeconds() / MinuteSeconds;
        foreach (IGrouping<long, TelemetrySlice> minute in seconds.GroupBy(second => second.Start.ToUnixTimeSeconds() / MinuteSeconds))
        {
            if (minute.Key > known && minute.Key < running)
                minutes.Add(SliceMerging.Merge([.. minute], DateTimeOffset.FromUnixTimeSeconds(minute.Key * MinuteSeconds)));
        }

        return minutes;
    }

    private void WriteAll()
    {
        file.Write(1, Timeline.KeptSeconds, Drain(_seconds));
        file.Write(MinuteSeconds, Timeline.KeptMinutes, Drain(_minutes));
    }

    private void Guard(Action work)
    {
        try
        {
            work();
            _failed = false;
        }
        catch (Exception error)
        {
            if (!_failed)
                LogFailed(error.Message);
            _failed = true;
        }
    }

    private static BoundedChannelOptions Newest() => new(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };

    private static List<TelemetrySlice> Drain(Channel<TelemetrySlice> channel)
    {
        var slices = new List<TelemetrySlice>();
        while (channel.Reader.TryRead(out TelemetrySlice? slice))
            slices.Add(slice);
        return slices;
    }

    [LoggerMessage(2002, LogLevel.Warning, "Telemetry cannot be saved for after a restart: {Reason}")]
    private partial void LogFailed(string reason);
}
