using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using RecOps.Serving.Caching;
using StackExchange.Redis;

namespace RecOps.Server.Caching;

/// <summary>
/// The cache tier that replicas share. It may be slow, gone or frozen at any time. So each read has its own deadline, a breaker keeps
/// requests from waiting for a dead node, and writes happen in the background within a bound.
/// </summary>
internal sealed class RedisLists : BackgroundLoop, ISharedLists
{
    private const int WritesAtOnce = 64;
    private static readonly TimeSpan WriteDeadline = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ManyDeadline = TimeSpan.FromMilliseconds(250);
    private readonly RedisConnection _connection;
    private readonly RedisMetrics _metrics;
    private readonly RedisNodes _nodes;
    private readonly CachingOptions _options;
    private readonly DistributedCacheEntryOptions _lifetime;
    private readonly ConcurrentDictionary<CacheKey, Task<CachedList?>> _reading = new();
    private readonly Channel<KeyValuePair<string, CachedList>> _writes;
    private readonly List<Task> _batch = new(WritesAtOnce);
    private IBufferDistributedCache? _cache;

    public RedisLists(
        RedisConnection connection,
        RedisNodes nodes,
        RedisMetrics metrics,
        IOptions<CachingOptions> options,
        ILogger<RedisLists> logger
    )
        : base(TimeProvider.System, logger)
    {
        (_connection, _nodes, _metrics, _options) = (connection, nodes, metrics, options.Value);
        IsConfigured = connection.IsConfigured && _options.Enabled;
        if (IsConfigured)
            metrics.Watch(() => nodes.All.Select(node => (node.Name, node.IsWell)));
        Deadline = TimeSpan.FromMilliseconds(_options.L2DeadlineMs);
        _lifetime = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = _options.HardTtl.Span };
        _writes = Channel.CreateBounded<KeyValuePair<string, CachedList>>(
            new BoundedChannelOptions(_options.L2MaxWrites) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
        );
    }

    public bool IsConfigured { get; }

    /// <summary>The longest that a request waits.</summary>
    public TimeSpan Deadline { get; }

    /// <summary>Every node that holds lists.</summary>
    public IReadOnlyList<RedisNode> Nodes => _nodes.All;

    /// <summary>State of the worst node.</summary>
    public string BreakerState => Worst(Nodes).Breaker.State;

    /// <summary>The last failure, with the node's name where there are several.</summary>
    public string Detail
    {
        get
        {
            IReadOnlyList<RedisNode> nodes = Nodes;
            RedisNode worst = Worst(nodes);
            if (nodes.Count == 1)
                return worst.Detail;
            int lost = nodes.Count(node => !node.IsWell);
            string place = lost == 0 ? worst.Name : $"{worst.Name}, {lost} of {nodes.Count} nodes in trouble";
            return worst.IsWell && !worst.Breaker.HasFailed ? worst.Detail : $"{worst.Detail} ({place})";
        }
    }

    public int WritesWaiting => _writes.Reader.Count;

    public void CountHit() => _metrics.Hit();

    /// <summary>What happened since the last call. One caller at a time.</summary>
    public SharedListsSecond TakeSecond() => _metrics.TakeSecond();

    /// <summary>Whether the node that a list would be on answers.</summary>
    public bool CanAsk(in CacheKey key) => IsConfigured && _nodes.Of(NameOf(key)).IsWell;

    /// <summary>
    /// The list; null when there is none, or it did not arrive in time. Concurrent requests for the same list share one read.
    /// </summary>
    /// <param name="items">Items of the model that the key belongs to.</param>
    public async ValueTask<CachedList?> ReadAsync(CacheKey key, int items)
    {
        if (!IsConfigured)
            return null;
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

        // Whatever the outcome, requests that share this read continue, and the next request reads again.
        CachedList? list = null;
        try
        {
            list = await ReadAsync(key, items, Deadline).ConfigureAwait(false);
            return list;
        }
        finally
        {
            _reading.TryRemove(key, out _);
            mine.SetResult(list);
        }
    }

    /// <summary>Reads many at once: the client pipelines the commands.</summary>
    /// <returns>In the order of the keys; null where there is none.</returns>
    public Task<CachedList?[]> ReadManyAsync(IReadOnlyList<CacheKey> keys, int items) =>
        Task.WhenAll(keys.Select(key => ReadAsync(key, items, ManyDeadline).AsTask()));

    /// <summary>Queues a list to be written; drops it when the queue is full.</summary>
    public void Write(in CacheKey key, CachedList list)
    {
        if (!IsConfigured)
            return;
        string name = NameOf(key);
        if (!_nodes.Of(name).Breaker.Allows || !_writes.Writer.TryWrite(new(name, list)))
            _metrics.WriteEnded(CallEnd.Skipped);
    }

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (!IsConfigured || !await _writes.Reader.WaitToReadAsync(stoppingToken))
            return false;
        _batch.Clear();
        while (_batch.Count < WritesAtOnce && _writes.Reader.TryRead(out KeyValuePair<string, CachedList> write))
            _batch.Add(WriteAsync(write.Key, write.Value));
        await Task.WhenAll(_batch);
        return true;
    }

    private static string NameOf(in CacheKey key) => RedisKeys.OfUser(RedisKeys.Lists, key.User, $"{key.Model:x}:{key}");

    private static RedisNode Worst(IReadOnlyList<RedisNode> nodes) =>
        nodes.MaxBy(node =>
            node.Breaker.State switch
            {
                RedisBreaker.Open => 4,
                RedisBreaker.HalfOpen => 3,
                _ => !node.IsConnected ? 2
                : node.Breaker.HasFailed ? 1
                : 0,
            }
        )!;

    /// <summary>Null until there is a connection.</summary>
    private IBufferDistributedCache? Cache()
    {
        if (Volatile.Read(ref _cache) is { } cache)
            return cache;
        if (!_connection.TryGet(out IConnectionMultiplexer? multiplexer))
            return null;
        var made = new RedisCache(new RedisCacheOptions { ConnectionMultiplexerFactory = () => Task.FromResult(multiplexer) });
        return Interlocked.CompareExchange(ref _cache, made, null) ?? made;
    }

    private async ValueTask<CachedList?> ReadAsync(CacheKey key, int items, TimeSpan deadline)
    {
        string name = NameOf(key);
        RedisBreaker breaker = _nodes.Of(name).Breaker;
        if (!breaker.Allows || Cache() is not { } cache)
        {
            _metrics.ReadEnded(CallEnd.Skipped, default);
            return null;
        }

        long start = Stopwatch.GetTimestamp();

        // Not pooled: the client may still write to it after the deadline.
        var buffer = new ArrayBufferWriter<byte>(2048);
        CallOutcome<bool> outcome = await breaker
            .CallAsync(() => cache.TryGetAsync(name, buffer, CancellationToken.None).AsTask(), deadline)
            .ConfigureAwait(false);
        _metrics.ReadEnded(outcome.End, Stopwatch.GetElapsedTime(start));
        if (outcome is not { End: CallEnd.Succeeded, Result: true })
            return null;
        return CachedList.TryDecode(buffer.WrittenSpan, items, ListOrigin.Request, out CachedList? list) ? list : null;
    }

    private async Task WriteAsync(string name, CachedList list)
    {
        RedisBreaker breaker = _nodes.Of(name).Breaker;
        if (!breaker.Allows || Cache() is not { } cache)
        {
            _metrics.WriteEnded(CallEnd.Skipped);
            return;
        }

        CallOutcome<bool> outcome = await breaker
            .CallAsync(
                async () =>
                {
                    await cache
                        .SetAsync(name, new ReadOnlySequence<byte>(list.Encode()), _lifetime, CancellationToken.None)
                        .ConfigureAwait(false);
                    return true;
                },
                WriteDeadline
            )
            .ConfigureAwait(false);
        _metrics.WriteEnded(outcome.End);
    }
}
