using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;
using StackExchange.Redis;

namespace RecOps.Server.Caching;

/// <summary>
/// The cache tier that replicas share. It may be slow, gone or frozen at any time: a read has a deadline of its own, a breaker keeps
/// requests from waiting for what does not answer, and writes happen behind the requests' backs, within a bound.
/// </summary>
internal sealed class RedisLists : BackgroundLoop
{
    private const string Prefix = "recops:lists:";
    private const int WritesAtOnce = 64;
    private static readonly TimeSpan WriteDeadline = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ManyDeadline = TimeSpan.FromMilliseconds(250);
    private readonly RedisConnection _connection;
    private readonly RedisMetrics _metrics;
    private readonly RedisBreaker _breaker;
    private readonly CachingOptions _options;
    private readonly DistributedCacheEntryOptions _lifetime;
    private readonly ConcurrentDictionary<CacheKey, Task<CachedList?>> _reading = new();
    private readonly Channel<KeyValuePair<CacheKey, CachedList>> _writes;
    private readonly List<Task> _batch = new(WritesAtOnce);
    private IBufferDistributedCache? _cache;

    public RedisLists(RedisConnection connection, RedisBreaker breaker, RedisMetrics metrics, IOptions<CachingOptions> options, ILogger<RedisLists> logger)
        : base(TimeProvider.System, logger)
    {
        (_connection, _breaker, _metrics, _options) = (connection, breaker, metrics, options.Value);
        IsConfigured = connection.IsConfigured && _options.Enabled;
        Deadline = TimeSpan.FromMilliseconds(_options.L2DeadlineMs);
        _lifetime = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = _options.HardTtl.Span };
        _writes = Channel.CreateBounded<KeyValuePair<CacheKey, CachedList>>(
            new BoundedChannelOptions(_options.L2MaxWrites) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public bool IsConfigured { get; }

    /// <summary>What a request waits at most.</summary>
    public TimeSpan Deadline { get; }

    public string BreakerState => _breaker.State;

    public string Detail => _connection.IsConnected || _breaker.State != "closed" ? _breaker.Detail : "There is no connection; it is tried again all the time.";

    public int WritesWaiting => _writes.Reader.Count;

    public void CountHit() => _metrics.Hit();

    /// <summary>What happened since the last call. Only one caller at a time.</summary>
    public RedisSecond TakeSecond() => _metrics.TakeSecond();

    /// <summary>The list, or null when there is none, or none in time. Requests that ask for the same share one read.</summary>
    /// <param name="items">Of the model that the key is for.</param>
    public async ValueTask<CachedList?> ReadAsync(CacheKey key, int items)
    {
        if (!IsConfigured) return null;
        if (_reading.TryGetValue(key, out Task<CachedList?>? begun))
        {
            _metrics.Shared();
            return await begun.ConfigureAwait(false);
        }

        var mine = new TaskCompletionSource<CachedList?>(TaskCreationOptions.RunContinuationsAsynchronously);
        begun = _reading.GetOrAdd(key, mine.Task);
        if (begun != mine.Task)
        {
            _metrics.Shared();
            return await begun.ConfigureAwait(false);
        }

        CachedList? list = null;
        try
        {
            return list = await ReadAsync(key, items, Deadline).ConfigureAwait(false);
        }
        finally
        {
            // Whatever came of it: others wait for it.
            _reading.TryRemove(key, out _);
            mine.SetResult(list);
        }
    }

    /// <summary>Many at once: the client sends them in one go and the answers come back in one.</summary>
    /// <returns>In the order of the keys, null where there is none.</returns>
    public Task<CachedList?[]> ReadManyAsync(IReadOnlyList<CacheKey> keys, int items) =>
        Task.WhenAll(keys.Select(key => ReadAsync(key, items, ManyDeadline).AsTask()));

    /// <summary>Has a list written soon; drops it when too many wait.</summary>
    public void Write(in CacheKey key, CachedList list)
    {
        if (!IsConfigured) return;
        if (!_breaker.Allows || !_writes.Writer.TryWrite(new(key, list))) _metrics.WriteEnded(CallEnd.Skipped);
    }

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (!IsConfigured || !await _writes.Reader.WaitToReadAsync(stoppingToken)) return false;
        _batch.Clear();
        while (_batch.Count < WritesAtOnce && _writes.Reader.TryRead(out KeyValuePair<CacheKey, CachedList> write))
            _batch.Add(WriteAsync(write.Key, write.Value));
        await Task.WhenAll(_batch);
        return true;
    }

    private static string NameOf(in CacheKey key) => $"{key.Model:x}:{key}";

    /// <summary>Null until there is a connection.</summary>
    private IBufferDistributedCache? Cache()
    {
        if (Volatile.Read(ref _cache) is { } cache) return cache;
        if (!_connection.TryGet(out IConnectionMultiplexer? multiplexer)) return null;
        var made = new RedisCache(new RedisCacheOptions { ConnectionMultiplexerFactory = () => Task.FromResult(multiplexer), InstanceName = Prefix });
        return Interlocked.CompareExchange(ref _cache, made, null) ?? made;
    }

    private async ValueTask<CachedList?> ReadAsync(CacheKey key, int items, TimeSpan deadline)
    {
        if (!_breaker.Allows || Cache() is not { } cache)
        {
            _metrics.ReadEnded(CallEnd.Skipped, default);
            return null;
        }

        long start = Stopwatch.GetTimestamp();

        // Not taken from a pool: after the deadline the client may still write to it.
        var buffer = new ArrayBufferWriter<byte>(2048);
        CallOutcome<bool> outcome = await _breaker.CallAsync(
            () => cache.TryGetAsync(NameOf(key), buffer, CancellationToken.None).AsTask(), deadline).ConfigureAwait(false);
        _metrics.ReadEnded(outcome.End, Stopwatch.GetElapsedTime(start));
        if (outcome is not { End: CallEnd.Succeeded, Result: true }) return null;
        return CachedList.TryDecode(buffer.WrittenSpan, items, ListOrigin.Request, out CachedList? list) ? list : null;
    }

    private async Task WriteAsync(CacheKey key, CachedList list)
    {
        if (!_breaker.Allows || Cache() is not { } cache)
        {
            _metrics.WriteEnded(CallEnd.Skipped);
            return;
        }

        CallOutcome<bool> outcome = await _breaker.CallAsync(
            async () =>
            {
                await cache.SetAsync(NameOf(key), new ReadOnlySequence<byte>(list.Encode()), _lifetime, CancellationToken.None).ConfigureAwait(false);
                return true;
            },
            WriteDeadline).ConfigureAwait(false);
        _metrics.WriteEnded(outcome.End);
    }
}
