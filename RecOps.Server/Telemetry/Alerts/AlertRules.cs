using System.Globalization;
using RecOps.Server.Events;
using RecOps.Server.Telemetry.History;
using RecOps.Shared.Rules;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Alerts;

/// <summary>
/// The rules there are. Burn rates are those of the Site Reliability Workbook, chapter 5: a long window that says that it matters, a short
/// one that says that it goes on.
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
            "The SLO's budget burns fast",
            "Fires when the last 5 minutes and the last hour both use up the budget 14.4 times as fast as it lasts: 2 % of a month's in "
                + "an hour.",
            AlertSeverity.Critical,
            "latency",
            30,
            (inputs, options) => Burn(inputs, options, 5, 60, FastBurn)
        ),
        new(
            "slo-slow-burn",
            "The SLO's budget burns",
            "Fires when the last 30 minutes and the last 6 hours both use up the budget 6 times as fast as it lasts.",
            AlertSeverity.Warning,
            "latency",
            60,
            (inputs, options) => Burn(inputs, options, 30, 360, SlowBurn)
        ),
        new(
            "errors",
            "Requests fail",
            "Fires when more than Alerts:ErrorPercent of the requests of a minute are answered with a 5xx.",
            AlertSeverity.Critical,
            "",
            15,
            Errors
        ),
        new(
            "degraded",
            "Many fallback lists",
            "Fires when more than Alerts:DegradedPercent of the lists of five minutes were made without the model, because there was no "
                + "time for it.",
            AlertSeverity.Warning,
            "compute",
            30,
            Degraded
        ),
        new(
            "hit-rate",
            "The cache gives less than before",
            "Fires when the hit rate of five minutes is below Alerts:HitRateFallPercent of that of the hour before.",
            AlertSeverity.Warning,
            "cache",
            60,
            HitRate
        ),
        new(
            "redis",
            "Redis does not answer",
            "Fires while calls of Redis are given up. Lists are computed, and each server has only its own cache.",
            AlertSeverity.Warning,
            "cache",
            15,
            (inputs, _) => inputs.RedisState is null or "closed" ? null : $"The breaker is open. {inputs.RedisDetail}"
        ),
        new(
            "database",
            "The database does not answer",
            "Fires while the database cannot be reached. Lists are served; rules, models and people cannot be changed.",
            AlertSeverity.Warning,
            "",
            15,
            (inputs, _) => inputs.DatabaseTrouble is { } trouble ? $"{trouble.TrimEnd('.')}." : null
        ),
        new(
            "events",
            "Events are refused or not replicated",
            "Fires when events were answered 503 within the last minute, or have waited for Redis for longer than that.",
            AlertSeverity.Critical,
            "",
            0,
            (inputs, _) => Events(inputs.Events, inputs.Now)
        ),
        new(
            "redis-eviction",
            "Redis may evict shopper histories",
            "Fires when the eviction policy of Redis does not spare the histories of shoppers.",
            AlertSeverity.Warning,
            "cache",
            0,
            (inputs, _) => inputs.Events.Eviction
        ),
        new(
            "replica-behind",
            "A replica is behind",
            "Fires when a server serves older rules or another model than the others, or has said nothing for 20 seconds.",
            AlertSeverity.Warning,
            "models",
            30,
            (inputs, _) => ReplicaBehind(inputs.Replicas)
        ),
        new(
            "bundle-changed",
            "A served bundle was changed on disk",
            "Fires while files of a bundle that is served are not those that were verified when it was opened. Lists are still made from "
                + "those.",
            AlertSeverity.Warning,
            "models",
            5,
            (inputs, _) => inputs.ChangedBundle
        ),
        new(
            "export",
            "Telemetry is not exported",
            "Fires while the collector at OTEL_EXPORTER_OTLP_ENDPOINT does not take what it is sent. Lists are served, and this console "
                + "has its own figures.",
            AlertSeverity.Warning,
            "",
            15,
            (inputs, _) => inputs.ExportTrouble
        ),
        new(
            "gpu-lost",
            "A GPU is lost",
            "Fires when the driver no longer answers for a GPU, or inference fell back from the provider that was configured.",
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
            $"{recent.Bad:N0} of {recent.Requests:N0} requests of the last {shortMinutes} minutes failed or took longer than "
                + $"{inputs.Slo.LatencyMs} ms: {recent.Rate:0.#} times what {inputs.Slo.Target:0.###} % allows, and {before.Rate:0.#} "
                + $"times over {Length(longMinutes)}."
        );
    }

    private static string? Errors(AlertInputs inputs, AlertOptions options)
    {
        SliceCounts minute = inputs.Minute;
        if (minute.Failures < FewestFailures || minute.FailureShare * 100 <= options.ErrorPercent)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{minute.Failures:N0} of {minute.Requests:N0} requests of the last minute ({minute.FailureShare:P1}) were answered with a 5xx."
        );
    }

    private static string? Degraded(AlertInputs inputs, AlertOptions options)
    {
        SliceCounts five = inputs.FiveMinutes;
        if (five.Lists < options.FewestRequests || five.DegradedShare * 100 <= options.DegradedPercent)
            return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{five.Degraded:N0} of {five.Lists:N0} lists of the last 5 minutes ({five.DegradedShare:P1}) were fallback lists."
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
            $"{now.HitShare:P0} of the lists of the last 5 minutes came from the cache; in the hour before it were {before.HitShare:P0}."
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
            $"{events.Unsent:N0} events have waited for Redis since {since:HH:mm:ss} UTC. They are kept on this server; others do not "
                + $"know them. {events.UnsentReason?.TrimEnd('.')}."
        );
    }

    private static string? ReplicaBehind(ReplicaInfo[] replicas)
    {
        string[] lost = [.. replicas.Where(replica => replica.IsLost && !replica.IsThis).Select(replica => replica.Name)];
        if (lost.Length > 0)
            return $"{string.Join(", ", lost)} said nothing for 20 seconds.";
        string[] behind = [.. replicas.Where(replica => replica.IsBehind).Select(replica => replica.Name)];
        if (behind.Length > 0)
            return $"{string.Join(", ", behind)} still serves older rules.";
        string[] models = [.. replicas.Select(replica => replica.ModelVersion).Distinct(StringComparer.Ordinal)];
        return models.Length <= 1
            ? null
            : $"Not all servers answer with the same model: "
                + $"{string.Join(", ", replicas.Select(replica => $"{replica.Name} with {replica.ModelVersion}"))}.";
    }

    private static string? GpuLost(AlertInputs inputs)
    {
        if (Array.Find(inputs.Devices, device => device.Problem is not null) is { } lost)
            return $"{lost.Name}: {lost.Problem!.TrimEnd('.')}.";
        if (inputs.Devices.Length < inputs.HadDevices)
            return $"{inputs.HadDevices - inputs.Devices.Length} of {inputs.HadDevices} GPUs are gone.";
        return inputs.Provider is { Configured: not ("auto" or "cpu"), Actual: "cpu" } provider
            ? $"{provider.Configured} is configured, and the CPU is in use. {provider.Reason}"
            : null;
    }

    private static string Length(int minutes) => minutes == 60 ? "the last hour" : $"the last {minutes / 60} hours";
}
