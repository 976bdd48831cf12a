using System.Globalization;
using RecOps.Server.Hosting;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Serving.Users;
using StackExchange.Redis;

namespace RecOps.Server.Events;

/// <summary>
/// What shoppers did, shared by all replicas through Redis: each event is put into its user's history there, a sorted set by time in which
/// one that is sent again stays one, and told to everyone who listens. Whoever missed that reads the history when it next looks for one of
/// the user's ranked lists.
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

    /// <summary>Whether writing is worth a try.</summary>
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

        // Without them the list for this request is made from what is known here.
        foreach (SortedSetEntry entry in stored.Result ?? [])
        {
            string text = entry.Element.ToString();
            if (text.StartsWith(PurgePrefix, StringComparison.Ordinal))
                HearPurge($"{text[PurgePrefix.Length..]}|{userId}");
            else if (SharedEvent.TryParseMember(userId, text, (long)entry.Score, out StoredEvent parsed))
                Take(parsed);
        }
    }

    /// <summary>Writes events and tells them to all replicas. Writing them again changes nothing.</summary>
    /// <exception cref="IOException">There is no connection.</exception>
    /// <exception cref="TimeoutException">Redis did not say in time that it has them all; it may have some.</exception>
    /// <exception cref="RedisException">Redis has not taken them all.</exception>
    public async Task WriteAsync(IReadOnlyList<StoredEvent> events, CancellationToken cancellationToken)
    {
        IDatabase database = Database();
        int kept = _active.Current?.Manifest.Counts.History ?? KeptBeforeModel;
        var writes = new List<Task>(events.Count * 3);
        foreach (IGrouping<string, StoredEvent> user in events.GroupBy(stored => stored.UserId, StringComparer.Ordinal))
        {
            RedisKey key = KeyOf(user.Key);

            // Where an event with an id came twice, the first time is the one it happened at.
            SortedSetEntry[] entries =
            [
                .. user.Select(stored => new SortedSetEntry(SharedEvent.MemberOf(stored), stored.UnixMilliseconds)),
            ];
            writes.Add(database.SortedSetAddAsync(key, entries, SortedSetWhen.NotExists));
            writes.Add(database.SortedSetRemoveRangeByRankAsync(key, 0, -kept - 1));
            writes.Add(database.KeyExpireAsync(key, _kept));
        }

        await Task.WhenAll(writes).WaitAsync(WriteDeadline, cancellationToken);

        // Not before: nobody is to count what is not kept. Whoever misses the message reads the history.
        foreach (StoredEvent stored in events)
            database.Publish(Channel, SharedEvent.MessageOf(_replica, stored), CommandFlags.FireAndForget);
    }

    /// <returns>How far Redis has got with a log, as it says itself; null for one that it knows nothing of.</returns>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<long?> PositionAsync(string logId, CancellationToken cancellationToken)
    {
        RedisValue position = await Database().StringGetAsync(RedisKeys.PositionOf(logId)).WaitAsync(WriteDeadline, cancellationToken);

        // No value at all counts as the number 0 with the client.
        return !position.IsNull && position.TryParse(out long sequence) ? sequence : null;
    }

    /// <summary>
    /// Has Redis remember how far it has got with a log, if it is still the one that had got to <paramref name="before"/>.
    /// </summary>
    /// <param name="before">What Redis said last; null for nothing.</param>
    /// <returns>False if it says something else now, as one does that lost its memory in between: nothing was changed.</returns>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    public async Task<bool> TryMarkPositionAsync(string logId, long? before, long sequence, CancellationToken cancellationToken)
    {
        // Not a script: some servers that speak Redis's protocol, such as Garnet, have those switched off.
        RedisKey key = RedisKeys.PositionOf(logId);
        ITransaction transaction = Database().CreateTransaction();
        transaction.AddCondition(before is { } known ? Condition.StringEqual(key, known) : Condition.KeyNotExists(key));
        Forget(transaction.StringSetAsync(key, sequence, _kept));
        return await transaction.ExecuteAsync().WaitAsync(WriteDeadline, cancellationToken);
    }

    /// <summary>
    /// Tells the other replicas that a user's lists from before a moment are not to be given, and writes it beside the user's events for
    /// those that do not listen now. Nobody waits for it.
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
    /// Listens to the others. Until that has worked once it is tried again; from then on the client does so whenever it connects anew.
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

    /// <summary>For a part of a transaction, whose outcome the transaction tells.</summary>
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

    [LoggerMessage(1422, LogLevel.Warning, "Events of other replicas cannot be heard: {Reason}. They are still read when they are needed")]
    private partial void LogNotSubscribed(string reason);
}
