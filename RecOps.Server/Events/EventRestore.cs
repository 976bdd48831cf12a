using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using RecOps.Serving.Models;

namespace RecOps.Server.Events;

/// <summary>
/// Restores shopper histories from the log after a start. When the log cannot be read at once, because the disk is full or the log is
/// locked, the server starts without them and retries.
/// </summary>
internal sealed partial class EventRestore(
    EventLog log,
    ActiveModel active,
    RememberedEvents remembered,
    IOptions<EventsOptions> options,
    TimeProvider time,
    ILogger<EventRestore> logger
) : BackgroundLoop(TimeProvider.System, logger)
{
    private const int ReadAtOnce = 20_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger = logger;

    /// <summary>Applies the events to a model, for items that it knows.</summary>
    public async Task RunAsync(ServingModel model, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => Run([model], cancellationToken), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotRestored(error.Message);
            _failed.TrySetResult();
        }
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        await _failed.Task.WaitAsync(stoppingToken);

        // Not the injected time: the disk is outside the process and runs on real time.
        await Task.Delay(Pause, stoppingToken);
        Run(active.Live, stoppingToken);
        return false;
    }

    private void Run(ImmutableArray<ServingModel> models, CancellationToken cancellationToken)
    {
        long oldest = time.GetUtcNow().AddDays(-options.Value.KeepDays).ToUnixTimeMilliseconds();
        int restored = 0;
        long after = 0;
        while (log.ReadAfter(after, ReadAtOnce) is { Count: > 0 } read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((_, StoredEvent stored) in read)
            {
                remembered.Add(stored);
                if (stored.UnixMilliseconds < oldest)
                    continue;
                bool isKnown = false;
                foreach (ServingModel model in models)
                {
                    if (!model.Catalog.TryGetOrdinal(stored.ItemId, out int item))
                        continue;
                    model.Events.Add(stored.UserId, stored.On(item));
                    isKnown = true;
                }

                if (isKnown)
                    restored++;
            }

            after = read[^1].Sequence;
        }

        if (restored > 0)
            LogRestored(restored);
    }

    [LoggerMessage(1411, LogLevel.Information, "Restored {Events} events from before the restart")]
    private partial void LogRestored(int events);

    [LoggerMessage(1412, LogLevel.Error, "Events from before the restart could not be read: {Reason}. Retrying")]
    private partial void LogNotRestored(string reason);
}
