using Microsoft.Extensions.Options;
using RecOps.Server.Caching;
using RecOps.Server.Events;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Lifetime;
using RecOps.Server.Storage;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Metrics;
using RecOps.Server.Telemetry.Slo;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>Evaluates every rule a few times a minute, on each server independently, records what fires and sends notifications.</summary>
internal sealed partial class AlertMonitor(
    AlertBoard board,
    AlertBook book,
    AlertWebhook webhook,
    SloReader slo,
    Timeline timeline,
    ActiveModel active,
    DatabaseState database,
    RedisLists redis,
    EventsStateReader events,
    ExportWatch export,
    IOptions<AlertOptions> options,
    IOptions<HostingOptions> hosting,
    TimeProvider time,
    ILogger<AlertMonitor> logger
) : PeriodicLoop(TimeSpan.FromSeconds(5), time, logger)
{
    private readonly Dictionary<string, AlertProgress> _progress = AlertRules.All.ToDictionary(rule => rule.Name, _ => AlertProgress.Quiet);
    private readonly HashSet<string> _told = [];
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ILogger _logger = logger;
    private int _hadDevices;

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <summary>Evaluates at once, for example because an alert was acknowledged.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            foreach (AlertRecord record in await book.ExchangeAsync(cancellationToken))
                Adopt(record);
            DateTimeOffset now = Time.GetUtcNow();
            AlertInputs inputs = Gather(now);
            board.States = [.. AlertRules.All.Select(rule => Step(rule, inputs, now))];
        }
        finally
        {
            _one.Release();
        }
    }

    protected override string? ReasonToWait(Exception error) => DatabaseFailure.ReasonToWait(error);

    protected override Task TickAsync(CancellationToken stoppingToken) => LookAsync(stoppingToken);

    private AlertInputs Gather(DateTimeOffset now)
    {
        DeviceState[] devices = timeline.Latest(1) is [{ Devices: { } known }] ? known : [];
        _hadDevices = Math.Max(_hadDevices, devices.Length);
        return new AlertInputs(
            slo.Read(),
            slo.Counts(now, 1),
            slo.Counts(now, 5),
            SliceCounts.Of(timeline.Between(now.AddMinutes(-60), now.AddMinutes(-5), 1)),
            book.Replicas,
            database.Trouble,
            redis.IsConfigured ? redis.BreakerState : null,
            redis.IsConfigured ? redis.Detail : null,
            active.TryGet(out ServingModel? model) ? model.Ranker.Provider : null,
            devices,
            _hadDevices,
            ChangedBundle()
        )
        {
            Now = now,
            Events = events.Read(),
            ExportTrouble = export.Trouble,
        };
    }

    private string? ChangedBundle() =>
        active
            .Live.Where(live => live.Source.Change is not null)
            .Select(live =>
                $"{live.Bundle}, {string.Join(", ", live.Source.Change!.Files)}: {live.Source.Change.Detail} {live.Source.Change.Advice}"
            )
            .FirstOrDefault();

    private AlertState Step(AlertRule rule, AlertInputs inputs, DateTimeOffset now)
    {
        AlertProgress before = _progress[rule.Name];
        AlertProgress after = before.Next(rule.Find(inputs, options.Value), now, TimeSpan.FromSeconds(rule.HoldSeconds));
        _progress[rule.Name] = after;
        AlertSilence? silence = Array.Find(book.Silences, silence => silence.Rule == rule.Name && silence.Until > now);
        if (after.Status == AlertStatus.Firing && before.Status != AlertStatus.Firing)
            Fire(rule, after, now);
        if (after.Status == AlertStatus.Firing && silence is null && _told.Add(rule.Name))
            Tell(AlertEvent.Fired, rule, after.Detail!, now, after.Since!.Value);
        if (before.Status == AlertStatus.Firing && after.Status != AlertStatus.Firing)
            Resolve(rule, before, now);

        AlertRecord? record = book.Open.GetValueOrDefault(rule.Name);
        return AlertBoard.Describe(rule, after) with
        {
            AcknowledgedBy = record?.AcknowledgedBy,
            AcknowledgedAt = record?.AcknowledgedAt,
            SilencedUntil = silence?.Until,
            SilencedBy = silence?.By,
        };
    }

    private void Fire(AlertRule rule, AlertProgress progress, DateTimeOffset now)
    {
        LogFired(rule.Name, progress.Detail!);
        book.Save(
            new AlertRecord
            {
                Rule = rule.Name,
                Severity = rule.Severity,
                Server = book.Server,
                Detail = Shortened(progress.Detail!),
                FiredAt = now,
            }
        );
    }

    private void Resolve(AlertRule rule, AlertProgress before, DateTimeOffset now)
    {
        LogResolved(rule.Name);
        if (book.Open.TryGetValue(rule.Name, out AlertRecord? record))
        {
            record.ResolvedAt = now;
            book.Save(record);
        }

        if (_told.Remove(rule.Name))
            Tell(AlertEvent.Resolved, rule, before.Detail!, now, before.Since!.Value);
    }

    /// <summary>Continues what fired before a restart; notifications were sent then.</summary>
    private void Adopt(AlertRecord record)
    {
        if (!_progress.TryGetValue(record.Rule, out AlertProgress now) || now.Status == AlertStatus.Firing)
            return;
        _progress[record.Rule] = new AlertProgress(AlertStatus.Firing, record.FiredAt, record.Detail, null);
        _told.Add(record.Rule);
    }

    private static string Shortened(string detail) =>
        detail.Length <= AlertRecord.LongestDetail ? detail : detail[..AlertRecord.LongestDetail];

    private void Tell(string what, AlertRule rule, string detail, DateTimeOffset now, DateTimeOffset fired) =>
        webhook.Tell(
            new AlertMessage(
                what,
                rule.Name,
                rule.Title,
                rule.Severity,
                detail,
                book.Server,
                now,
                fired,
                hosting.Value.PathBase + Routes.RunbookPageOf(rule.Name)
            )
        );

    [LoggerMessage(2011, LogLevel.Warning, "Alert {Rule} is firing: {Detail}")]
    private partial void LogFired(string rule, string detail);

    [LoggerMessage(2012, LogLevel.Information, "Alert {Rule} is resolved")]
    private partial void LogResolved(string rule);
}
