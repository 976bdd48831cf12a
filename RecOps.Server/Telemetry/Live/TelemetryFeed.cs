using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Live;

/// <summary>
/// Sends each second's snapshot to all watchers, serialized once for all of them. A slow watcher misses seconds; nobody waits for it. A
/// second without a snapshot is a heartbeat, so a silent connection is a broken one.
/// </summary>
internal sealed class TelemetryFeed(IOptions<JsonOptions> json)
{
    public const string SnapshotEvent = "snapshot";
    public const string HeartbeatEvent = "heartbeat";
    private const int Backlog = 4;
    private static readonly SseItem<byte[]> Heartbeat = new("null"u8.ToArray(), HeartbeatEvent);
    private readonly ConcurrentDictionary<Channel<Lazy<SseItem<byte[]>>>, bool> _watchers = new();
    private volatile Lazy<SseItem<byte[]>> _latest = new(Heartbeat);

    public void Publish(TelemetrySnapshot? snapshot)
    {
        // Serialized by the first reader: without watchers, it costs nothing.
        Lazy<SseItem<byte[]>> second = snapshot is null
            ? new(Heartbeat)
            : new(() => new SseItem<byte[]>(JsonSerializer.SerializeToUtf8Bytes(snapshot, json.Value.SerializerOptions), SnapshotEvent));
        _latest = second;
        foreach (Channel<Lazy<SseItem<byte[]>>> watcher in _watchers.Keys)
            watcher.Writer.TryWrite(second);
    }

    /// <summary>The latest second at once, then each second as it ends, until cancelled.</summary>
    public async IAsyncEnumerable<SseItem<byte[]>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<Lazy<SseItem<byte[]>>>(
            new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        _watchers[channel] = true;
        try
        {
            yield return _latest.Value;
            while (await WaitAsync(channel.Reader, cancellationToken))
            {
                while (channel.Reader.TryRead(out Lazy<SseItem<byte[]>>? second))
                    yield return second.Value;
            }
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
        }
    }

    /// <returns>False when cancelled: the stream then ends normally.</returns>
    private static async ValueTask<bool> WaitAsync(ChannelReader<Lazy<SseItem<byte[]>>> reader, CancellationToken cancellationToken)
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
