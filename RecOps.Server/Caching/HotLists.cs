using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Options;
using RecOps.Server.Storage;
using RecOps.Serving.Caching;
using RecOps.Serving.Models;
using RecOps.Shared.Caching;

namespace RecOps.Server.Caching;

/// <summary>
/// Writes the most valuable lists to disk at shutdown and restores them at start. The file is replaced atomically; an unusable file is
/// ignored.
/// </summary>
internal sealed partial class HotLists(
    ResultCache cache,
    ActiveModel active,
    DataDirectory data,
    IOptions<CachingOptions> options,
    TimeProvider time,
    ILogger<HotLists> logger
) : IHostedService
{
    private const string Name = "hot-lists.bin";
    private const uint Magic = 0x31485252;
    private volatile SnapshotState? _found;

    /// <summary>What the last run left; null when it left nothing.</summary>
    public SnapshotState? Found => _found;

    private bool IsOn => cache.IsEnabled && options.Value.SnapshotBytes > 0;

    /// <summary>Restores the lists of this model. Runs before the model serves, so that warm-up need not compute them again.</summary>
    public async Task RestoreAsync(ServingModel model, CancellationToken cancellationToken)
    {
        if (!IsOn)
            return;
        try
        {
            await Task.Run(() => Read(model, cancellationToken), cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogNotRead(error.Message);
            _found = new SnapshotState(time.GetUtcNow(), 0, 0, $"It could not be read: {error.Message}");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (!IsOn || !active.TryGet(out ServingModel? model))
            return Task.CompletedTask;
        try
        {
            Write(model);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(error.Message);
        }

        return Task.CompletedTask;
    }

    private void Write(ServingModel model) =>
        data.Replace(
            Name,
            file =>
            {
                var hash = new XxHash64();
                using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
                writer.Write(Magic);
                writer.Write(model.Generation);
                writer.Write(time.GetUtcNow().ToUnixTimeMilliseconds());
                long left = options.Value.SnapshotBytes;
                foreach ((CacheKey key, CachedList list) in cache.Lists.BestFirst())
                {
                    if (key.Model != model.Generation || list.Count == 0)
                        continue;
                    byte[] encoded = list.Encode();
                    if ((left -= encoded.Length) < 0)
                        break;
                    writer.Write(encoded.Length);
                    writer.Write((ulong)(key.User >> 64));
                    writer.Write((ulong)key.User);
                    writer.Write(key.Item);
                    writer.Write(key.Context);
                    writer.Write(key.Placement);
                    writer.Write(encoded);
                    hash.Append(encoded);
                }

                writer.Write(0);
                writer.Write(hash.GetCurrentHashAsUInt64());
            }
        );

    private void Read(ServingModel model, CancellationToken cancellationToken)
    {
        string path = data.PathOf(Name);
        if (!File.Exists(path))
            return;
        using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path), 1 << 16), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
            throw new InvalidDataException("its format version is not supported.");
        ulong generation = reader.ReadUInt64();
        DateTimeOffset written = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        if (generation != model.Generation)
        {
            _found = new SnapshotState(written, 0, 0, "It belongs to another model.");
            return;
        }

        var hash = new XxHash64();
        var lists = new List<KeyValuePair<CacheKey, CachedList>>();
        while (reader.ReadInt32() is > 0 and var length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (length > reader.BaseStream.Length)
                throw new InvalidDataException("it is damaged.");
            var user = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            var key = new CacheKey(user, generation, reader.ReadInt32(), reader.ReadUInt64(), reader.ReadUInt32());
            byte[] encoded = reader.ReadBytes(length);
            hash.Append(encoded);
            if (!CachedList.TryDecode(encoded, model.Catalog.Count, ListOrigin.Snapshot, out CachedList? list))
                throw new InvalidDataException("it is damaged.");
            lists.Add(new(key, list));
        }

        if (reader.ReadUInt64() != hash.GetCurrentHashAsUInt64())
            throw new InvalidDataException("it is damaged.");
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        int loaded = 0;

        // Best last: a full cache keeps those.
        for (int i = lists.Count - 1; i >= 0; i--)
        {
            if (now < cache.Lifetimes.ExpiresAt(lists[i].Value) && cache.Lists.Set(lists[i].Key, lists[i].Value))
                loaded++;
        }

        _found = new SnapshotState(
            written,
            lists.Count,
            loaded,
            loaded == lists.Count ? "All were restored." : "The others were too old, or the cache already had newer ones."
        );
        LogRead(loaded, lists.Count);
    }

    [LoggerMessage(1611, LogLevel.Information, "Restored {Loaded} of {Lists} lists from the last run to the cache")]
    private partial void LogRead(int loaded, int lists);

    [LoggerMessage(1612, LogLevel.Warning, "The lists of the last run could not be restored: {Reason}")]
    private partial void LogNotRead(string reason);

    [LoggerMessage(1613, LogLevel.Warning, "The hottest lists could not be written to disk: {Reason}")]
    private partial void LogNotWritten(string reason);
}
