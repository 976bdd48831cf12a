using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;
using RecOps.Serving.Models;

namespace RecOps.Server.Events;

/// <summary>
/// Brings back from the log what shoppers did before the server was started. What cannot be read at once, because the disk is full or the
/// log is locked, is tried again until it can: the server starts without it.
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

    /// <summary>Tells a model, as far as it knows the items.</summary>
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

        // Not the injected time: the world outside does not stand still with it.
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

    [LoggerMessage(1411, LogLevel.Information, "{Events} events from before the restart count again")]
    private partial void LogRestored(int events);

    [LoggerMessage(1412, LogLevel.Error, "Events from before the restart could not be read: {Reason}. It is tried again")]
    private partial void LogNotRestored(string reason);
}
