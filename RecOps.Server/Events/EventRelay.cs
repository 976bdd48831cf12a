using System.Diagnostics;
using System.Diagnostics.Metrics;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;

namespace RecOps.Server.Events;

/// <summary>
/// Sends the log to Redis, in order, until Redis confirms it (a transactional outbox with a polling publisher). Events are resent until
/// then, and resending is idempotent. Redis's position is stored here and in Redis itself, so a Redis that lost its data gets everything
/// again.
/// </summary>
internal sealed partial class EventRelay : BackgroundLoop
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Marking = TimeSpan.FromSeconds(1);

    /// <summary>A connection that is still being made, at start too, is not a failure yet.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly EventLog _log;
    private readonly SharedHistory _shared;
    private readonly RedisConnection _redis;
    private readonly TimeProvider _time;
    private readonly ILogger<EventRelay> _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private volatile bool _asksRedis = true;
    private volatile string? _trouble;
    private string _logId = "";
    private long _position;

    // The last position that Redis reported or was told: up to a second ahead of what the log has stored.
    private long? _marked;
    private long _markedAt;
    private long _since;
    private long _troubleAt;
    private bool _isSaid;

    public EventRelay(
        EventLog log,
        SharedHistory shared,
        RedisConnection redis,
        IMeterFactory meters,
        TimeProvider time,
        ILogger<EventRelay> logger
    )
        : base(TimeProvider.System, logger)
    {
        (_log, _shared, _redis, _time, _logger) = (log, shared, redis, time, logger);
        meters
            .Create("RecOps.Events")
            .CreateObservableGauge(
                "recops.events.unsent",
                () => Backlog.Events,
                "{event}",
                "Events in this server's log that Redis, and so the other replicas, do not have yet."
            );
    }

    /// <summary>What Redis lacks, since when it could not be sent, and why; empty where there is no Redis.</summary>
    public (long Events, DateTimeOffset? Since, string? Trouble) Backlog
    {
        get
        {
            if (!_redis.IsConfigured)
                return default;
            long since = Interlocked.Read(ref _since);
            return (
                Math.Max(0, _log.Last - Interlocked.Read(ref _position)),
                since == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(since),
                _trouble
            );
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _log.Appended += Wake;
        _redis.Connected += AskRedis;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _log.Appended -= Wake;
        _redis.Connected -= AskRedis;
        TryMark();
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        if (!_redis.IsConfigured)
            return false;
        try
        {
            if (!await SendAsync(stoppingToken))
                await _wake.WaitAsync(stoppingToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            Note(error.Message);

            // Not the injected time: Redis is outside the process and runs on real time.
            await _wake.WaitAsync(Pause, stoppingToken);
        }

        return true;
    }

    /// <returns>Whether there may be more to send.</returns>
    private async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        _log.Open();
        if (_asksRedis || _logId != _log.Id)
            await FindPositionAsync(cancellationToken);
        List<LoggedEvent> batch = _log.ReadAfter(_position, BatchSize);
        if (batch.Count > 0)
        {
            await _shared.WriteAsync([.. batch.Select(logged => logged.Event)], cancellationToken);
            if (!await _shared.TryMarkPositionAsync(_logId, _marked, batch[^1].Sequence, cancellationToken))
            {
                // This Redis lacks events before this batch: it lost its data, or another took its place.
                _asksRedis = true;
                return true;
            }

            _marked = batch[^1].Sequence;
            Interlocked.Exchange(ref _position, batch[^1].Sequence);
        }

        NoteGood();
        if (Stopwatch.GetElapsedTime(_markedAt) >= Marking)
            Mark();
        return batch.Count == BatchSize;
    }

    private async Task FindPositionAsync(CancellationToken cancellationToken)
    {
        _asksRedis = false;
        try
        {
            string id = _log.Id;
            _marked = await _shared.PositionAsync(id, cancellationToken);
            Interlocked.Exchange(ref _position, Math.Min(_log.Relayed, _marked ?? 0));
            _logId = id;
        }
        catch
        {
            _asksRedis = true;
            throw;
        }
    }

    /// <summary>Not after every batch: resending after a crash is harmless.</summary>
    private void Mark()
    {
        if (_logId.Length > 0 && _logId == _log.Id && _log.Relayed != _position)
            _log.MarkRelayed(_position);
        _markedAt = Stopwatch.GetTimestamp();
    }

    private void TryMark()
    {
        try
        {
            Mark();
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // Some events are sent once more after the next start.
        }
    }

    /// <summary>It may be another Redis, or one that restarted with less data.</summary>
    private void AskRedis()
    {
        _asksRedis = true;
        Wake();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // It is already awake, or has ended.
        }
    }

    private void Note(string trouble)
    {
        if (_trouble is null)
        {
            Interlocked.Exchange(ref _since, _time.GetUtcNow().ToUnixTimeMilliseconds());
            _troubleAt = Stopwatch.GetTimestamp();
        }

        _trouble = trouble;
        if (_isSaid || Stopwatch.GetElapsedTime(_troubleAt) < Patience)
            return;
        _isSaid = true;
        LogTrouble(trouble);
    }

    private void NoteGood()
    {
        if (_trouble is null)
            return;
        _trouble = null;
        Interlocked.Exchange(ref _since, 0);
        if (_isSaid)
            LogGood();
        _isSaid = false;
    }

    [LoggerMessage(
        1416,
        LogLevel.Warning,
        "Events cannot be sent to Redis ({Reason}). They wait in the event log, and other replicas do not see them yet"
    )]
    private partial void LogTrouble(string reason);

    [LoggerMessage(1417, LogLevel.Information, "Redis accepts events again; the waiting ones are being sent")]
    private partial void LogGood();
}
