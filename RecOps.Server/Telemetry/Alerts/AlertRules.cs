using System.Globalization;
using RecOps.Server.Events;
using RecOps.Server.Telemetry.History;
using RecOps.Shared.Rules;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>
/// All alert rules. Burn rates follow the Site Reliability Workbook, chapter 5: a long window shows that the burn matters, a short one that
/// it is still going on.
/// </summary>
internal static class AlertRules
{
    private const double FastBurn = 14.4;
    private const double SlowBurn = 6;
    private const int FewestFailures = 3;
    private static readonly TimeSpan LongestUnsent = TimeSpan.FromMinutes(1);

    public static readonly IReadOnlyList<AlertRule> All =
    [
        new(
            "slo-fast-burn",
            "SLO error budget is burning fast",
            "Fires when the burn rate is above 14.4 over both the last 5 minutes and the last hour: 2 % of a month's error budget in "
                + "an hour.",
            AlertSeverity.Critical,
            "latency",
            30,
            (inputs, options) => Burn(inputs, options, 5, 60, FastBurn)
        ),
        new(
            "slo-slow-burn",
            "SLO error budget is burning",
            "Fires when the burn rate is above 6 over both the last 30 minutes and the last 6 hours.",
            AlertSeverity.Warning,
            "latency",
            60,
            (inputs, options) => Burn(inputs, options, 30, 360, SlowBurn)
        ),
        new(
            "errors",
            "Requests are failing",
            "Fires when more than Alerts:ErrorPercent of a minute's requests are answered with a 5xx.",
            AlertSeverity.Critical,
            "",
            15,
            Errors
        ),
        new(
            "degraded",
            "Many fallback lists",
            "Fires when more than Alerts:DegradedPercent of five minutes' lists were made without the model, because there was no "
                + "time for it.",
            AlertSeverity.Warning,
            "compute",
            30,
            Degraded
        ),
        new(
            "hit-rate",
            "Cache hit rate has dropped",
            "Fires when the hit rate of five minutes is below Alerts:HitRateFallPercent of the previous hour's.",
            AlertSeverity.Warning,
            "cache",
            60,
            HitRate
        ),
        new(
            "redis",
            "Redis is not responding",
            "Fires while calls to Redis fail and its breaker is open. Lists are still computed; each server has only its own cache.",
            AlertSeverity.Warning,
            "cache",
            15,
            (inputs, _) => inputs.RedisState is null or "closed" ? null : $"The breaker is open. {inputs.RedisDetail}"
        ),
        new(
            "database",
            "The database is not responding",
            "Fires while the database cannot be reached. Lists are served; rules, models and people cannot be changed.",
            AlertSeverity.Warning,
            "",
            15,
            (inputs, _) => inputs.DatabaseTrouble is { } trouble ? $"{trouble.TrimEnd('.')}." : null
        ),
        new(
            "events",
            "Events are refused or not replicated",
            "Fires when events were answered 503 within the last minute, or have waited for Redis for more than a minute.",
            AlertSeverity.Critical,
            "",
            0,
            (inputs, _) => Events(inputs.Events, inputs.Now)
        ),
        new(
            "redis-eviction",
            "Redis may evict shopper histories",
            "Fires when the eviction policy of Redis does not protect shopper histories.",
            AlertSeverity.Warning,
            "cache",
            0,
            (inputs, _) => inputs.Events.Eviction
        ),
        new(
            "replica-behind",
            "A replica is behind",
            "Fires when a server serves older rules or another model than the others, or has been silent for 20 seconds.",
            AlertSeverity.Warning,
            "models",
            30,
            (inputs, _) => ReplicaBehind(inputs.Replicas)
        ),
        new(
            "bundle-changed",
            "A served bundle was changed on disk",
            "Fires while files of a served bundle differ from those that were verified when it was opened. Lists are still made from "
                + "the verified ones.",
            AlertSeverity.Warning,
            "models",
            5,
            (inputs, _) => inputs.ChangedBundle
        ),
        new(
            "export",
            "Telemetry is not being exported",
            "Fires while the collector at OTEL_EXPORTER_OTLP_ENDPOINT does not accept telemetry. Lists are served, and this console "
                + "has its own figures.",
            AlertSeverity.Warning,
            "",
            15,
            (inputs, _) => inputs.ExportTrouble
        ),
        new(
            "gpu-lost",
            "A GPU was lost",
            "Fires when a GPU no longer responds, or inference fell back from the configured execution provider.",
            AlertSeverity.Critical,
            "compute",
            5,
            (inputs, _) => GpuLost(inputs)
        ),
    ];

    private static string? Burn(AlertInputs inputs, AlertOptions options, int shortMinutes, int longMinutes, double limit)
    {
        BurnRate recent = Array.Find(inputs.Slo.Windows, window => window.Minutes == shortMinutes)!;
        BurnRate before = Array.Find(inputs.Slo.Windows, window => window.Minutes == longMinutes)!;
        if (recent.Requests < options.FewestRequests || !(recent.Rate > limit) || !(before.Rate > limit))
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{recent.Bad:N0} of {recent.Requests:N0} requests in the last {shortMinutes} minutes failed or took longer than "
                + $"{inputs.Slo.LatencyMs} ms: {recent.Rate:0.#} times what the SLO of {inputs.Slo.Target:0.###} % allows, and "
                + $"{before.Rate:0.#} times over {Length(longMinutes)}."
        );
    }

    private static string? Errors(AlertInputs inputs, AlertOptions options)
    {
        SliceCounts minute = inputs.Minute;
        if (minute.Failures < FewestFailures || minute.FailureShare * 100 <= options.ErrorPercent)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{minute.Failures:N0} of {minute.Requests:N0} requests in the last minute ({minute.FailureShare:P1}) were answered with a 5xx."
        );
    }

    private static string? Degraded(AlertInputs inputs, AlertOptions options)
    {
        SliceCounts five = inputs.FiveMinutes;
        if (five.Lists < options.FewestRequests || five.DegradedShare * 100 <= options.DegradedPercent)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{five.Degraded:N0} of {five.Lists:N0} lists in the last 5 minutes ({five.DegradedShare:P1}) were fallback lists."
        );
    }

    private static string? HitRate(AlertInputs inputs, AlertOptions options)
    {
        (SliceCounts now, SliceCounts before) = (inputs.FiveMinutes, inputs.HourBefore);
        if (now.Hits + now.Computed < options.FewestRequests || before.Hits + before.Computed < 5 * options.FewestRequests)
            return null;
        if (now.HitShare >= before.HitShare * options.HitRateFallPercent / 100)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{now.HitShare:P0} of the lists in the last 5 minutes came from the cache, against {before.HitShare:P0} in the previous hour."
        );
    }

    private static string? Events(EventsState events, DateTimeOffset now)
    {
        if (events.Refusals is { } refused)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{refused.Events:N0} events since {refused.Since:HH:mm:ss} UTC were answered 503 and have to be sent again. "
                    + $"{refused.Reason.TrimEnd('.')}."
            );
        if (events.Unsent == 0 || events.UnsentSince is not { } since || now - since < LongestUnsent)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{events.Unsent:N0} events have waited for Redis since {since:HH:mm:ss} UTC. They are saved on this server; the others do not "
                + $"see them yet. {events.UnsentReason?.TrimEnd('.')}."
        );
    }

    private static string? ReplicaBehind(ReplicaInfo[] replicas)
    {
        string[] lost = [.. replicas.Where(replica => replica.IsLost && !replica.IsThis).Select(replica => replica.Name)];
        if (lost.Length > 0)
            return $"{string.Join(", ", lost)}: silent for 20 seconds.";
        string[] behind = [.. replicas.Where(replica => replica.IsBehind).Select(replica => replica.Name)];
        if (behind.Length > 0)
            return $"{string.Join(", ", behind)}: still serving older rules.";
        string[] models = [.. replicas.Select(replica => replica.ModelVersion).Distinct(StringComparer.Ordinal)];
        return models.Length <= 1
            ? null
            : $"Servers are answering with different models: "
                + $"{string.Join(", ", replicas.Select(replica => $"{replica.Name} with {replica.ModelVersion}"))}.";
    }

    private static string? GpuLost(AlertInputs inputs)
    {
        if (Array.Find(inputs.Devices, device => device.Problem is not null) is { } lost)
            return $"{lost.Name}: {lost.Problem!.TrimEnd('.')}.";
        if (inputs.Devices.Length < inputs.HadDevices)
            return $"{inputs.HadDevices - inputs.Devices.Length} of {inputs.HadDevices} GPUs are missing.";
        return inputs.Provider is { Configured: not ("auto" or "cpu"), Actual: "cpu" } provider
            ? $"{provider.Configured} is configured, but the CPU is in use. {provider.Reason}"
            : null;
    }

    private static string Length(int minutes) => minutes == 60 ? "the last hour" : $"the last {minutes / 60} hours";
}
