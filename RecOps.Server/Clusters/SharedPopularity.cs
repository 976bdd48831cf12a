using System.Runtime.InteropServices;
using RecOps.Server.Storage;
using RecOps.Serving.Clusters;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using StackExchange.Redis;

namespace RecOps.Server.Clusters;

/// <summary>
/// Shares popularity between replicas over Redis. Once a second each replica publishes the sums of the events that it took, so traffic does
/// not grow with the number of events. It also leaves a snapshot for replicas that were not listening. A lost message costs little.
/// </summary>
internal sealed partial class SharedPopularity(
    RedisConnection redis,
    ActiveModel active,
    TimeProvider time,
    ILogger<SharedPopularity> logger
) : IHostedService, ISharedPopularity
{
    /// <summary>Stands in place of a cluster: everyone.</summary>
    private const int Everyone = -1;

    private const uint Magic = 0x31445252;

    /// <summary>Sums per message; the rest goes into the next.</summary>
    private const int MostTold = 10_000;

    /// <summary>Sums that may wait to be published. Beyond this, further pairs are known to this replica alone.</summary>
    private const int MostWaiting = 100_000;

    private static readonly RedisChannel Channel = RedisKeys.Channel("popular");
    private static readonly TimeSpan Kept = TimeSpan.FromDays(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private readonly Guid _replica = Guid.NewGuid();
    private readonly Lock _lock = new();
    private readonly Dictionary<Place, float> _waiting = [];
    private int _missed;
    private int _listening;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        redis.Connected += Listen;
        if (redis.IsConnected)
            Listen();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        redis.Connected -= Listen;
        return Task.CompletedTask;
    }

    /// <summary>Queues something that happened here, for the other replicas.</summary>
    /// <param name="cluster">-1 for none.</param>
    public void Happened(ServingModel model, int cluster, int item, float weight)
    {
        if (!redis.IsConfigured)
            return;
        lock (_lock)
        {
            string id = model.Catalog.IdOf(item);
            Add(new Place(model.Generation, Everyone, id), weight);
            if (cluster >= 0)
                Add(new Place(model.Generation, cluster, id), weight);
        }
    }

    /// <summary>Publishes the accumulated sums, and takes the snapshot where messages may have been missed.</summary>
    public async Task ExchangeAsync()
    {
        if (!redis.IsConnected || !redis.TryGet(out IConnectionMultiplexer? multiplexer))
            return;
        try
        {
            if (Interlocked.Exchange(ref _missed, 0) == 1)
                await FetchAsync(multiplexer);
            if (Take() is { Length: > 0 } sums)
                await multiplexer.GetSubscriber().PublishAsync(Channel, Encode(sums), CommandFlags.FireAndForget);
        }
        catch (Exception error) when (error is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException)
        {
            LogNotExchanged(error.Message);
        }
    }

    /// <param name="snapshot">A <see cref="PopularSnapshot"/>.</param>
    public void Leave(byte[] snapshot)
    {
        if (redis.IsConnected && redis.TryGet(out IConnectionMultiplexer? multiplexer))
            multiplexer.GetDatabase().StringSet(RedisKeys.PopularSnapshot, snapshot, Kept, flags: CommandFlags.FireAndForget);
    }

    private async Task FetchAsync(IConnectionMultiplexer multiplexer)
    {
        RedisValue snapshot = await multiplexer.GetDatabase().StringGetAsync(RedisKeys.PopularSnapshot).WaitAsync(Deadline);
        if (snapshot.IsNull)
            return;
        try
        {
            foreach (ServingModel model in active.Live)
                PopularSnapshot.Bring(snapshot!, model);
        }
        catch (InvalidDataException error)
        {
            LogNotExchanged(error.Message);
        }
    }

    /// <summary>Subscribes once: the client resubscribes on every reconnect, and a second handler would count everything twice.</summary>
    private void Listen()
    {
        if (!redis.TryGet(out IConnectionMultiplexer? multiplexer))
            return;
        Volatile.Write(ref _missed, 1);
        if (Interlocked.Exchange(ref _listening, 1) != 0)
            return;
        try
        {
            multiplexer.GetSubscriber().Subscribe(Channel, (_, message) => Hear(message!), CommandFlags.FireAndForget);
        }
        catch (Exception error) when (error is RedisException or ObjectDisposedException)
        {
            Volatile.Write(ref _listening, 0);
        }
    }

    /// <summary>Call under the lock.</summary>
    private void Add(Place place, float weight)
    {
        if (_waiting.Count >= MostWaiting && !_waiting.ContainsKey(place))
            return;
        CollectionsMarshal.GetValueRefOrAddDefault(_waiting, place, out _) += weight;
    }

    private KeyValuePair<Place, float>[] Take()
    {
        lock (_lock)
        {
            KeyValuePair<Place, float>[] sums = [.. _waiting.Take(MostTold)];
            if (sums.Length == _waiting.Count)
                _waiting.Clear();
            else
                foreach (KeyValuePair<Place, float> sum in sums)
                    _waiting.Remove(sum.Key);
            return sums;
        }
    }

    private byte[] Encode(KeyValuePair<Place, float>[] sums) =>
        SealedBytes.Seal(
            Magic,
            writer =>
            {
                writer.Write(_replica.ToByteArray());
                writer.Write(sums.Length);
                foreach ((Place place, float weight) in sums)
                {
                    writer.Write(place.Generation);
                    writer.Write(place.Cluster);
                    writer.Write(place.ItemId);
                    writer.Write(weight);
                }
            }
        );

    private void Hear(byte[] message)
    {
        try
        {
            using BinaryReader reader = SealedBytes.Open(Magic, message);
            if (new Guid(reader.ReadBytes(16)) == _replica)
                return;
            var told = new List<Told>();
            for (int left = reader.ReadInt32(); left > 0; left--)
                told.Add(new Told(new Place(reader.ReadUInt64(), reader.ReadInt32(), reader.ReadString()), reader.ReadSingle()));
            foreach (ServingModel model in active.Live)
                Hear(told, model);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            LogNotExchanged(error.Message);
        }
    }

    /// <summary>A model that the other replica does not have gets everyone's activity from one that it has.</summary>
    private void Hear(List<Told> told, ServingModel model)
    {
        if (told.Count == 0)
            return;
        bool same = told.Exists(sum => sum.Place.Generation == model.Generation);
        ulong source = same ? model.Generation : told[0].Place.Generation;
        DateTimeOffset now = time.GetUtcNow();
        foreach ((Place place, float weight) in told)
        {
            if (place.Generation != source || !(weight > 0) || !model.Catalog.TryGetOrdinal(place.ItemId, out int item))
                continue;
            if (place.Cluster == Everyone)
                model.Popular.Live.Add(item, weight, now);
            else if (same && (uint)place.Cluster < (uint)model.Clusters.Popular.Count)
                model.Clusters.Popular[place.Cluster].Add(item, weight, now);
        }
    }

    [LoggerMessage(1523, LogLevel.Warning, "Popularity could not be exchanged with the other replicas: {Reason}")]
    private partial void LogNotExchanged(string reason);

    private readonly record struct Place(ulong Generation, int Cluster, string ItemId);

    private readonly record struct Told(Place Place, float Weight);
}
