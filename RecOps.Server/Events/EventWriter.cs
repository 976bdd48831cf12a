using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Users;

namespace RecOps.Server.Events;

/// <summary>
/// Saves the events of calls before the calls are answered. Waiting events are written to the log in one commit (group commit), and only
/// then count for the shoppers' lists. While the log cannot be written, events are kept in Redis if there is one; otherwise the calls are
/// refused and their events do not count.
/// </summary>
internal sealed partial class EventWriter : BackgroundLoop
{
    private const int GroupSize = 2000;
    private const int TrimmedAtOnce = 10_000;

    /// <summary>Events that are in Redis alone and are to be copied to the log; beyond this they stay in Redis alone.</summary>
    private const int MostOwed = 200_000;

    private const int Busy = 5;
    private const int Locked = 6;

    /// <summary>How often old or excess events are deleted from the log.</summary>
    private static readonly TimeSpan Trimming = TimeSpan.FromSeconds(1);

    /// <summary>How long events wait for a log that another process has locked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long a failed log is left alone.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly EventCall Tick = new([]);
    private readonly Channel<EventCall> _queue = Channel.CreateUnbounded<EventCall>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<EventCall> _group = [];
    private readonly List<IncomingEvent> _fresh = [];
    private readonly HashSet<StoredEvent> _inGroup = [];
    private readonly List<StoredEvent> _owed = [];
    private readonly EventLog _log;
    private readonly SharedHistory _shared;
    private readonly ActiveModel _active;
    private readonly ShopperActivity _activity;
    private readonly Attribution _attribution;
    private readonly RememberedEvents _remembered;
    private readonly EventRefusals _refusals;
    private readonly EventsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EventWriter> _logger;
    private readonly Counter<long> _kept;
    private ITimer? _timer;
    private int _waiting;
    private long _waitingBytes;
    private bool _isFull;
    private bool _isOpen;
    private string? _trouble;
    private long _troubleAt;
    private long _refusedBefore;

    public EventWriter(
        EventLog log,
        SharedHistory shared,
        ActiveModel active,
        ShopperActivity activity,
        Attribution attribution,
        RememberedEvents remembered,
        EventRefusals refusals,
        IOptions<EventsOptions> options,
        IMeterFactory meters,
        TimeProvider time,
        ILogger<EventWriter> logger
    )
        : base(TimeProvider.System, logger)
    {
        (_log, _shared, _active, _activity, _attribution, _remembered, _refusals) = (
            log,
            shared,
            active,
            activity,
            attribution,
            remembered,
            refusals
        );
        (_options, _time, _logger) = (options.Value, time, logger);
        Meter meter = meters.Create("RecOps.Events");
        _kept = meter.CreateCounter<long>("recops.events.kept", "{event}", "Events written; an event that was sent again counts once.");
        meter.CreateObservableGauge("recops.events.waiting", () => Volatile.Read(ref _waiting), "{event}", "Events waiting to be written.");
    }

    /// <summary>Saves valid events, all or none.</summary>
    public async Task<EventEnd> KeepAsync(IncomingEvent[] events)
    {
        var call = new EventCall(events);
        bool fits = Interlocked.Add(ref _waiting, events.Length) <= _options.MaxQueue;
        fits &= Interlocked.Add(ref _waitingBytes, call.Bytes) <= _options.MaxQueueBytes;
        try
        {
            if (fits && _queue.Writer.TryWrite(call))
                return await call.Done;
            var refused = new EventEnd(fits ? "The server is shutting down." : "Too many events are waiting to be written.");
            _refusals.Add(events.Length, refused.Refusal!);
            return refused;
        }
        finally
        {
            Interlocked.Add(ref _waiting, -events.Length);
            Interlocked.Add(ref _waitingBytes, -call.Bytes);
        }
    }

    /// <summary>Waiting events are written before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _timer?.Dispose();
        base.Dispose();
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override async Task<bool> RoundAsync(CancellationToken stoppingToken)
    {
        _timer ??= _time.CreateTimer(_ => _queue.Writer.TryWrite(Tick), null, Trimming, Trimming);
        if (!await _queue.Reader.WaitToReadAsync(CancellationToken.None))
            return false;
        bool trims = Gather();
        try
        {
            if (_group.Count > 0)
                await CommitAsync();
            if (trims)
                Trim();
            return true;
        }
        catch (Exception error)
        {
            // A failure of one group must not leave its calls waiting, nor stop the next group.
            Refuse(error.Message);
            throw;
        }
    }

    /// <returns>Whether the log needs trimming.</returns>
    private bool Gather()
    {
        _group.Clear();
        bool trims = false;
        int events = 0;
        while (events < GroupSize && _queue.Reader.TryRead(out EventCall? call))
        {
            if (call == Tick)
            {
                trims = true;
                continue;
            }

            _group.Add(call);
            events += call.Events.Length;
        }

        return trims;
    }

    private async Task CommitAsync()
    {
        Sift();
        bool isLogged = TryAppend();
        if (isLogged || await TryShareAsync())
        {
            // Redis may lose its data; the log gets these events once it can be written again.
            if (!isLogged)
                _owed.AddRange(_fresh.Select(incoming => incoming.Stored).Take(Math.Max(0, MostOwed - _owed.Count)));
            Count();
            foreach (EventCall call in _group)
                call.End(EventEnd.Kept);
            return;
        }

        // Those that arrived while the log was tried have waited just as long.
        while (!_isOpen && _queue.Reader.TryRead(out EventCall? call))
        {
            if (call != Tick)
                _group.Add(call);
        }

        Refuse(_trouble!);
    }

    /// <summary>Drops events that were sent before: they are saved already.</summary>
    private void Sift()
    {
        _fresh.Clear();
        _inGroup.Clear();
        ServingModel? model = _active.Current;
        foreach (EventCall call in _group)
        {
            foreach (IncomingEvent incoming in call.Events)
            {
                StoredEvent stored = incoming.Stored;
                if (_remembered.Has(stored))
                    continue;
                if (
                    model is not null
                    && model.Catalog.TryGetOrdinal(stored.ItemId, out int item)
                    && model.Events.Of(stored.UserId).Has(stored.On(item))
                )
                    continue;
                if (_inGroup.Add(stored.Identity))
                    _fresh.Add(incoming);
            }
        }
    }

    private bool TryAppend()
    {
        if (_fresh.Count == 0 && _owed.Count == 0)
            return true;
        if (_isFull)
        {
            Note("The event log is full of events that Redis does not have yet (Events:MaxLogBytes).");
            return false;
        }

        if (_trouble is not null && Stopwatch.GetElapsedTime(_troubleAt) < Pause)
            return false;
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                _log.Append([.. _owed, .. _fresh.Select(incoming => incoming.Stored)]);
                _owed.Clear();
                NoteGood();
                return true;
            }
            catch (SqliteException error)
                when (error.SqliteErrorCode is Busy or Locked && _trouble is null && Stopwatch.GetElapsedTime(start) < Patience)
            {
                // Another process is reading or copying the file.
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                Note(DatabaseFailure.ReasonOf(error));
                return false;
            }
        }
    }

    private async Task<bool> TryShareAsync()
    {
        _isOpen = false;
        if (_fresh.Count == 0)
            return true;
        if (!_shared.CanWrite)
            return false;
        try
        {
            await _shared.WriteAsync([.. _fresh.Select(incoming => incoming.Stored)], CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            _isOpen = true;
            Note($"{_trouble} Redis did not answer in time.");
            return false;
        }
        catch (Exception error)
        {
            Note($"{_trouble} Redis: {error.Message}");
            return false;
        }
    }

    /// <summary>Makes the events count from the next answer on.</summary>
    private void Count()
    {
        ImmutableArray<ServingModel> live = _active.Live;
        foreach (IncomingEvent incoming in _fresh)
        {
            StoredEvent stored = incoming.Stored;
            _remembered.Add(stored);
            foreach (ServingModel model in live)
            {
                // Each model may number items differently, or lack this one.
                if (!model.Catalog.TryGetOrdinal(stored.ItemId, out int item))
                    continue;
                FreshEvent happened = stored.On(item);
                if (model.Events.Add(stored.UserId, happened))
                    _activity.Happened(model, stored.UserId, happened);
            }

            _attribution.Happened(stored.Kind, incoming.RequestId, live);
        }

        _kept.Add(_fresh.Count);
    }

    private void Refuse(string reason)
    {
        int events = 0;
        foreach (EventCall call in _group)
        {
            if (call.Done.IsCompleted)
                continue;
            events += call.Events.Length;
            call.End(new EventEnd(reason, _isOpen));
        }

        if (events > 0)
            _refusals.Add(events, reason);
    }

    private void Note(string trouble)
    {
        if (_trouble is null)
        {
            _refusedBefore = _refusals.Total;
            LogTrouble(trouble, _shared.CanWrite ? "events are kept in Redis alone" : "calls with events are answered 503");
        }

        (_trouble, _troubleAt) = (trouble, Stopwatch.GetTimestamp());
    }

    private void NoteGood()
    {
        if (_trouble is null)
            return;
        _trouble = null;
        LogGood(_refusals.Total - _refusedBefore);
    }

    private void Trim()
    {
        try
        {
            if (!_log.IsWhereItWas())
                Rewrite();
            if (_owed.Count > 0)
            {
                _fresh.Clear();
                TryAppend();
            }

            long bytes = _log.Trim(
                _time.GetUtcNow().AddDays(-_options.KeepDays),
                _options.MaxLogBytes,
                _shared.IsConfigured ? _log.Relayed + 1 : long.MaxValue,
                TrimmedAtOnce
            );
            _isFull = bytes > _options.MaxLogBytes;
        }
        catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
        {
            // The next round is soon enough, and a writer would find out too.
        }
    }

    /// <summary>The log was deleted or replaced: starts a new one with the events known in memory.</summary>
    private void Rewrite()
    {
        var known = new List<StoredEvent>();
        if (_active.Current is { } model)
        {
            foreach (string userId in model.Events.UserIds())
                known.AddRange(
                    model
                        .Events.Of(userId)
                        .Events.Reverse()
                        .Select(happened => new StoredEvent(
                            userId,
                            model.Catalog.IdOf(happened.Item),
                            happened.Kind,
                            happened.UnixMilliseconds,
                            happened.Key
                        ))
                );
        }

        _log.Close();
        _log.Append(known);
        LogRewritten(known.Count);
    }

    [LoggerMessage(
        1418,
        LogLevel.Error,
        "The event log was deleted or replaced while in use. A new one was started with the {Events} events known in memory"
    )]
    private partial void LogRewritten(int events);

    [LoggerMessage(1413, LogLevel.Error, "The event log cannot be written ({Reason}); until it can, {Consequence}")]
    private partial void LogTrouble(string reason, string consequence);

    [LoggerMessage(1414, LogLevel.Information, "The event log can be written again; {Refused} events were refused in between")]
    private partial void LogGood(long refused);
}
