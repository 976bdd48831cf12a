using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>
/// Hands each second's snapshot to everyone who watches. A watcher who reads too slowly misses seconds; nobody waits for them. A
/// second without a snapshot is a heartbeat, so that a silent connection is a broken one.
/// </summary>
internal sealed class TelemetryFeed
{
    public const string SnapshotEvent = "snapshot";
    public const string HeartbeatEvent = "heartbeat";
    private const int Backlog = 4;
    private readonly ConcurrentDictionary<Channel<TelemetrySnapshot?>, bool> _watchers = new();
    private volatile TelemetrySnapshot? _latest;

    public void Publish(TelemetrySnapshot? snapshot)
    {
        _latest = snapshot;
        foreach (Channel<TelemetrySnapshot?> watcher in _watchers.Keys) watcher.Writer.TryWrite(snapshot);
    }

    /// <summary>The latest second at once, then each as it ends, until cancelled.</summary>
    public async IAsyncEnumerable<SseItem<TelemetrySnapshot?>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<TelemetrySnapshot?>(
            new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _watchers[channel] = true;
        try
        {
            yield return Item(_latest);
            while (await WaitAsync(channel.Reader, cancellationToken))
            {
                while (channel.Reader.TryRead(out TelemetrySnapshot? snapshot)) yield return Item(snapshot);
            }
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
        }
    }

    private static SseItem<TelemetrySnapshot?> Item(TelemetrySnapshot? snapshot) =>
        new(snapshot, snapshot is null ? HeartbeatEvent : SnapshotEvent);

    /// <returns>False when cancelled: the stream then ends as a finished one.</returns>
    private static async ValueTask<bool> WaitAsync(ChannelReader<TelemetrySnapshot?> reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.WaitToReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
