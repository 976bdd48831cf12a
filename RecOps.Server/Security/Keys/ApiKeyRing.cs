using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RecOps.Server.Replication;
using RecOps.Server.Security.People;
using RecOps.Server.Storage;
using RecOps.Shared.Security;

namespace RecOps.Server.Security.Keys;

/// <summary>
/// All valid keys, in memory: checking one needs no database. A copy of the hashes is kept in the data directory, so that a server that
/// starts without its database knows its callers.
/// </summary>
internal sealed partial class ApiKeyRing(
    DataDirectory data,
    IOptions<BootstrapOptions> bootstrap,
    IOptions<RateLimitOptions> limits,
    TimeProvider time,
    ILogger<ApiKeyRing> logger
) : IReplicated, IDisposable
{
    private const string FileName = "api-keys.json";
    private readonly KnownKey? _configured = bootstrap.Value.StorefrontKey is { Length: > 0 } key
        ? new KnownKey(
            new StoredKey("settings", "Bootstrap:StorefrontKey", ApiKeySecret.HashOf(key), string.Join(',', Scope.All), null),
            limits.Value,
            time
        )
        : null;

    private readonly KnownKey _own = new(
        new StoredKey("own", "this server", "", $"{Scope.Recommend},{Scope.Events}", null),
        new RateLimitOptions { Enabled = false },
        time
    );

    private volatile Ring _ring = new([]);

    public string Subject => Epoch.Keys;

    /// <summary>The key with which this server calls itself as a storefront would. Made at each start, never stored.</summary>
    public string OwnSecret { get; } = ApiKeySecret.New();

    /// <summary>
    /// False until the valid keys are known, from the database or from the last run; until then only the configured key is valid.
    /// </summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Whether any caller can be authenticated.</summary>
    public bool CanServe => IsLoaded || _configured is not null;

    /// <summary>The key that a caller presents; null if it is not valid.</summary>
    public KnownKey? Find(string shown)
    {
        Ring ring = _ring;

        // Valid keys are cached by their text: never more than there are keys.
        if (ring.Shown.TryGetValue(shown, out KnownKey? known))
            return known;
        string hash = ApiKeySecret.HashOf(shown);
        if (!IsLoaded && hash == _configured?.Stored.Hash)
            return _configured;
        if (!ring.ByHash.TryGetValue(hash, out known))
            return null;
        ring.Shown[shown] = known;
        return known;
    }

    public void Dispose()
    {
        _own.Dispose();
        _configured?.Dispose();
        foreach (KnownKey key in _ring.ById.Values)
            key.Dispose();
    }

    /// <summary>Reloads all keys.</summary>
    public async Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        StoredKey[] keys = await database
            .ApiKeys.AsNoTracking()
            .Where(key => key.RevokedAt == null)
            .Select(key => new StoredKey(key.Id, key.Name, key.Hash, key.Scopes, key.RequestsPerSecond))
            .ToArrayAsync(cancellationToken);
        Use(keys);
        try
        {
            data.Replace(FileName, JsonSerializer.SerializeToUtf8Bytes(keys, SecurityContracts.Default.StoredKeyArray));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(error.Message);
        }
    }

    /// <summary>Uses the keys of the last run until the database is available.</summary>
    public void Restore()
    {
        try
        {
            string path = data.PathOf(FileName);
            if (
                File.Exists(path)
                && JsonSerializer.Deserialize(File.ReadAllBytes(path), SecurityContracts.Default.StoredKeyArray) is { } keys
            )
                Use(keys);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(error.Message);
        }
    }

    /// <summary>Last uses that have not been taken yet.</summary>
    public (string Id, DateTimeOffset At)[] TakeUses() =>
        [
            .. _ring
                .ById.Values.Select(key => (key.Id, At: key.TakeUse()))
                .Where(use => use.At is not null)
                .Select(use => (use.Id, use.At!.Value)),
        ];

    private void Use(StoredKey[] keys)
    {
        Ring before = _ring;
        Ring after = new([
            .. keys.Select(key =>
                before.ById.TryGetValue(key.Id, out KnownKey? same) && same.Stored == key ? same : new KnownKey(key, limits.Value, time)
            ),
        ]);
        after.Shown[OwnSecret] = _own;
        _ring = after;
        IsLoaded = true;
        foreach (KnownKey gone in before.ById.Values.Except(after.ById.Values))
            gone.Dispose();
    }

    [LoggerMessage(1701, LogLevel.Warning, "The API keys could not be copied to the data directory: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(1702, LogLevel.Warning, "The API keys of the last run could not be read: {Reason}")]
    private partial void LogNotRead(string reason);

    private sealed class Ring(KnownKey[] keys)
    {
        public FrozenDictionary<string, KnownKey> ByHash { get; } = keys.ToFrozenDictionary(key => key.Stored.Hash);

        public FrozenDictionary<string, KnownKey> ById { get; } = keys.ToFrozenDictionary(key => key.Id);

        public ConcurrentDictionary<string, KnownKey> Shown { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>The stored fields of a key.</summary>
internal sealed record StoredKey(string Id, string Name, string Hash, string Scopes, int? RequestsPerSecond);
