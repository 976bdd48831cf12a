using System.Globalization;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using StackExchange.Redis;

namespace RecOps.Server.Events;

/// <summary>
/// Shares shopper histories between replicas through Redis. Each event goes into its user's history, a sorted set by time in which a resent
/// event stays one entry, and is published to all listeners. A replica that missed the message reads the history when it next looks up one
/// of the user's ranked lists.
/// </summary>
internal sealed partial class SharedHistory : BackgroundLoop, ISharedHistory
{
    private const int KeptBeforeModel = 64;
    private const string PurgePrefix = "purge|";
    private static readonly RedisChannel Channel = RedisKeys.Channel("events");
    private static readonly RedisChannel Purges = RedisKeys.Channel("purges");
    private static readonly TimeSpan WriteDeadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly RedisConnection _redis;
    private readonly RedisNodes _nodes;
    private readonly ActiveModel _active;
    private readonly RememberedEvents _remembered;
    private readonly TimeSpan _kept;
    private readonly ILogger<SharedHistory> _logger;
    private readonly string _replica = Guid.NewGuid().ToString("N")[..12];
    private string? _trouble;

    public SharedHistory(
        RedisConnection redis,
        RedisNodes nodes,
        ActiveModel active,
        RememberedEvents remembered,
        Microsoft.Extensions.Options.IOptions<EventsOptions> options,
        ILogger<SharedHistory> logger
    )
        : base(TimeProvider.System, logger)
    {
        (_redis, _nodes, _active, _remembered, _logger) = (redis, nodes, active, remembered, logger);
        _kept = TimeSpan.FromDays(options.Value.KeepDays);
    }

    public bool IsConfigured => _redis.IsConfigured;

    /// <summary>Whether a write is worth trying.</summary>
    public bool CanWrite => _redis.IsConnected;

    /// <summary>Merges what Redis knows of a user. Never throws; gives up at the deadline.</summary>
    public async ValueTask FetchAsync(string userId, TimeSpan deadline)
    {
        RedisKey key = KeyOf(userId);
        RedisBreaker breaker = _nodes.Of(key).Breaker;
        if (!breaker.Allows || !_redis.IsConnected || !_redis.TryGet(out IConnectionMultiplexer? multiplexer))
            return;
        CallOutcome<SortedSetEntry[]> stored = await breaker
            .CallAsync(() => multiplexer.GetDatabase().SortedSetRangeByRankWithScoresAsync(key), deadline)
            .ConfigureAwait(false);

        // Without it, this request's list is made from what is known here.
        foreach (SortedSetEntry entry in stored.Result ?? [])
        {
            string text = entry.Element.ToString();
            if (text.StartsWith(PurgePrefix, StringComparison.Ordinal))
                HearPurge($"{text[PurgePrefix.Length..]}|{userId}");
            else if (SharedEvent.TryParseMember(userId, text, (long)entry.Score, out StoredEvent parsed))
                Take(parsed);
        }
    }

    /// <summary>Writes events and publishes them to all replicas. Idempotent.</summary>
    /// <exception cref="IOException">There is no connection.</exception>
    /// <exception cref="TimeoutException">Redis did not confirm in time that it has them all; it may have some.</exception>
    /// <exception cref="RedisException">Redis did not accept them all.</exception>
    public async Task WriteAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken)
    {
        IDatabase database = Database();
        int kept = _active.Current?.Manifest.Counts.History ?? KeptBeforeModel;
        var writes = new List<Task>(events.Count * 3);
        foreach (IGrouping<string, StoredEvent> user in events.GroupBy(stored => stored.UserId, StringComparer.Ordinal))
        {
            RedisKey key = KeyOf(user.Key);

            // Where an event with an id arrived twice, the first time is when it happened.
            SortedSetEntry[] entries =
            [
                .. user.Select(stored => new SortedSetEntry(SharedEvent.MemberOf(stored), stored.UnixMilliseconds)),
            ];
            writes.Add(database.SortedSetAddAsync(key, entries, SortedSetWhen.NotExists));
            writes.Add(database.SortedSetRemoveRangeByRankAsync(key, 0, -kept - 1));
            writes.Add(database.KeyExpireAsync(key, _kept));
        }

        await Task.WhenAll(writes).WaitAsync(WriteDeadline, cancellationToken);

        // Only now: nobody may count an event that is not saved. A replica that misses the message reads the history.
        foreach (StoredEvent stored in events)
            database.Publish(Channel, SharedEvent.MessageOf(_replica, stored), CommandFlags.FireAndForget);
    }

    /// <returns>How far Redis has got with a log, by its own account; null for a log that it does not know.</returns>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<long?> PositionAsync(string logId, CancellationToken cancellationToken)
    {
        RedisValue position = await Database().StringGetAsync(RedisKeys.PositionOf(logId)).WaitAsync(WriteDeadline, cancellationToken);

        // The client reads a missing value as 0.
        return !position.IsNull && position.TryParse(out long sequence) ? sequence : null;
    }

    /// <summary>Stores in Redis how far it has got with a log, if it is still at <paramref name="before"/>.</summary>
    /// <param name="before">What Redis last reported; null for nothing.</param>
    /// <returns>False if it now reports something else, for example because it lost its data: nothing was changed.</returns>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<bool> TryMarkPositionAsync(string logId, long? before, long sequence, CancellationToken cancellationToken)
    {
        // Not a script: some Redis-compatible servers, such as Garnet, have scripts disabled.
        RedisKey key = RedisKeys.PositionOf(logId);
        ITransaction transaction = Database().CreateTransaction();
        transaction.AddCondition(before is { } known ? Condition.StringEqual(key, known) : Condition.KeyNotExists(key));
        Forget(transaction.StringSetAsync(key, sequence, _kept));
        return await transaction.ExecuteAsync().WaitAsync(WriteDeadline, cancellationToken);
    }

    /// <summary>
    /// Tells the other replicas not to serve a user's lists from before a time, and stores that beside the user's events for replicas that
    /// are not listening now. Nobody awaits it.
    /// </summary>
    public void AnnouncePurge(string userId, long unixMilliseconds)
    {
        if (!_redis.IsConnected || !_redis.TryGet(out IConnectionMultiplexer? multiplexer))
            return;
        string moment = unixMilliseconds.ToString(CultureInfo.InvariantCulture);
        IDatabase database = multiplexer.GetDatabase();
        database.SortedSetAdd(KeyOf(userId), PurgePrefix + moment, unixMilliseconds, flags: CommandFlags.FireAndForget);
        database.KeyExpire(KeyOf(userId), _kept, flags: CommandFlags.FireAndForget);
        multiplexer.GetSubscriber().Publish(Purges, $"{moment}|{userId}", CommandFlags.FireAndForget);
    }

    /// <summary>
    /// Subscribes to the other replicas. Retries until it has worked once; from then on the client resubscribes on every reconnect.
    /// </summary>
    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (!_redis.IsConfigured)
            return false;
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Connected() => connected.TrySetResult();
        _redis.Connected += Connected;
        try
        {
            if (_redis.IsConnected)
                connected.TrySetResult();
            await connected.Task.WaitAsync(stoppingToken);
            if (!_redis.TryGet(out IConnectionMultiplexer? multiplexer))
                return true;
            await multiplexer.GetSubscriber().SubscribeAsync(Channel, (_, message) => Hear(message));
            await multiplexer.GetSubscriber().SubscribeAsync(Purges, (_, message) => HearPurge(message.ToString()));
            return false;
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            if (_trouble != error.Message)
                LogNotSubscribed(error.Message);
            _trouble = error.Message;
            await Task.Delay(Pause, stoppingToken);
            return true;
        }
        finally
        {
            _redis.Connected -= Connected;
        }
    }

    /// <summary>For a command inside a transaction, whose outcome the transaction reports.</summary>
    private static void Forget(Task part) =>
        part.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );

    private static RedisKey KeyOf(string userId) => RedisKeys.OfUser(RedisKeys.History, userId);

    /// <exception cref="IOException">There is no connection.</exception>
    private IDatabase Database() =>
        _redis.IsConnected && _redis.TryGet(out IConnectionMultiplexer? multiplexer)
            ? multiplexer.GetDatabase()
            : throw new IOException("There is no connection to Redis.");

    private void Hear(RedisValue message)
    {
        if (SharedEvent.TryParseMessage(message.ToString(), out string replica, out StoredEvent parsed) && replica != _replica)
            Take(parsed);
    }

    private void HearPurge(string message)
    {
        string[] parts = message.Split('|', 2);
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long at))
            return;
        foreach (ServingModel model in _active.Live)
            model.Events.Purge(parts[1], at);
    }

    private void Take(in StoredEvent stored)
    {
        _remembered.Add(stored);
        foreach (ServingModel model in _active.Live)
        {
            if (model.Catalog.TryGetOrdinal(stored.ItemId, out int item))
                model.Events.Add(stored.UserId, stored.On(item));
        }
    }

    [LoggerMessage(1422, LogLevel.Warning, "Cannot subscribe to events of other replicas: {Reason}. They are still read on demand")]
    private partial void LogNotSubscribed(string reason);
}
