using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RecOps.Server.Models;

namespace RecOps.Server.Events;

/// <summary>Writes accepted events down behind the calls' backs, in batches and within a bound, and reads them back at start.</summary>
internal sealed partial class EventWriter : BackgroundService
{
    private const int BatchSize = 2000;
    private static readonly TimeSpan WarnEvery = TimeSpan.FromMinutes(1);
    private readonly Channel<StoredEvent> _queue = Channel.CreateUnbounded<StoredEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly IEventLog _log;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly ILogger<EventWriter> _logger;
    private readonly Counter<long> _lost;
    private int _waiting;
    private int _keptPerUser = 1;
    private DateTimeOffset _nextWarning;

    public EventWriter(IEventLog log, IOptions<EventsOptions> options, IMeterFactory meters, TimeProvider time, ILogger<EventWriter> logger)
    {
        (_log, _capacity, _time, _logger) = (log, options.Value.MaxQueue, time, logger);
        Meter meter = meters.Create("RecOps.Events");
        _lost = meter.CreateCounter<long>("recops.events.lost", "{event}", "Events that count now but could not be written down.");
        meter.CreateObservableGauge("recops.events.waiting", () => Volatile.Read(ref _waiting), "{event}", "Events that wait to be written down.");
    }

    /// <summary>Keeps room for events that are about to be added.</summary>
    /// <returns>False when there is not enough; else each must be <see cref="Add"/>ed or <see cref="GiveBack"/>.</returns>
    public bool TryReserve(int count)
    {
        if (Interlocked.Add(ref _waiting, count) <= _capacity) return true;
        GiveBack(count);
        return false;
    }

    public void GiveBack(int count) => Interlocked.Add(ref _waiting, -count);

    public void Add(in StoredEvent stored) => _queue.Writer.TryWrite(stored);

    /// <summary>Brings back what shoppers did before the restart, as far as the model knows the items.</summary>
    public async Task RestoreAsync(ServingModel model, CancellationToken cancellationToken)
    {
        _keptPerUser = model.Manifest.Counts.History;
        try
        {
            int restored = await Task.Run(() => Restore(model, cancellationToken), cancellationToken);
            if (restored > 0) LogRestored(restored, model.Events.Users);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotRestored(error.Message);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was acknowledged is written before the process ends.
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var batch = new List<StoredEvent>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out StoredEvent stored)) batch.Add(stored);
            await WriteAsync(batch);
            GiveBack(batch.Count);
            batch.Clear();
        }
    }

    private int Restore(ServingModel model, CancellationToken cancellationToken)
    {
        int restored = 0;
        foreach (StoredEvent stored in _log.ReadAll(cancellationToken))
        {
            if (!model.Catalog.TryGetOrdinal(stored.ItemId, out int item)) continue;
            model.Events.Add(stored.UserId, new FreshEvent(item, stored.Kind, stored.UnixMilliseconds));
            restored++;
        }

        return restored;
    }

    private async Task WriteAsync(List<StoredEvent> batch)
    {
        try
        {
            await _log.WriteAsync(batch, _keptPerUser, CancellationToken.None);
        }
        catch (Exception error)
        {
            _lost.Add(batch.Count);
            DateTimeOffset now = _time.GetUtcNow();
            if (now < _nextWarning) return;
            _nextWarning = now + WarnEvery;
            LogNotWritten(batch.Count, error.Message);
        }
    }

    [LoggerMessage(1411, LogLevel.Information, "{Events} events of {Users} shoppers from before the restart count again")]
    private partial void LogRestored(int events, int users);

    [LoggerMessage(1412, LogLevel.Error, "Events from before the restart could not be read: {Reason}")]
    private partial void LogNotRestored(string reason);

    [LoggerMessage(1413, LogLevel.Error, "{Events} events count now but could not be written down: {Reason}")]
    private partial void LogNotWritten(int events, string reason);
}
