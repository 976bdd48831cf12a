using Microsoft.Extensions.Options;
using RecOps.Server.Models;

namespace RecOps.Server.Events;

/// <summary>Brings back from the log what shoppers did before the server was started.</summary>
internal sealed partial class EventRestore(EventLog log, IOptions<EventsOptions> options, TimeProvider time, ILogger<EventRestore> logger)
{
    private const int ReadAtOnce = 20_000;

    /// <summary>Tells a model, as far as it knows the items. Events that cannot be read are missing; the shop goes on.</summary>
    public async Task RunAsync(ServingModel model, CancellationToken cancellationToken)
    {
        try
        {
            int restored = await Task.Run(() => Run(model, cancellationToken), cancellationToken);
            if (restored > 0) LogRestored(restored, model.Events.Users);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotRestored(error.Message);
        }
    }

    private int Run(ServingModel model, CancellationToken cancellationToken)
    {
        long oldest = time.GetUtcNow().AddDays(-options.Value.KeepDays).ToUnixTimeMilliseconds();
        int restored = 0;
        long after = 0;
        while (log.ReadAfter(after, ReadAtOnce) is { Count: > 0 } read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((_, StoredEvent stored) in read)
            {
                if (stored.UnixMilliseconds < oldest || !model.Catalog.TryGetOrdinal(stored.ItemId, out int item)) continue;
                model.Events.Add(stored.UserId, new FreshEvent(item, stored.Kind, stored.UnixMilliseconds));
                restored++;
            }

            after = read[^1].Sequence;
        }

        return restored;
    }

    [LoggerMessage(1411, LogLevel.Information, "{Events} events of {Users} shoppers from before the restart count again")]
    private partial void LogRestored(int events, int users);

    [LoggerMessage(1412, LogLevel.Error, "Events from before the restart could not be read: {Reason}")]
    private partial void LogNotRestored(string reason);
}
