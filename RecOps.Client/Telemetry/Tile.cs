using RecOps.Client.Shell;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry;

/// <summary>One big number at the top of the overview, which links to the page that shows its cause.</summary>
/// <param name="Note">What it means or what it is compared with.</param>
/// <param name="Page">The console page that it links to.</param>
public sealed record Tile(string Label, Quantity Value, string Note, Tone Tone, string Page)
{
    /// <summary>A share of fallback lists above this needs attention.</summary>
    private const double DegradedPercent = 1;

    private const double BusyPercent = 90;

    /// <summary>The tiles in order; the same ones, with dashes, while there is no data.</summary>
    internal static IReadOnlyList<Tile> From(TelemetryFrame? frame)
    {
        TelemetryWindow? minute = frame?.Minute;
        ServerState? server = frame?.Server;
        StageLatency? total = minute is null ? null : Array.Find(minute.Stages, stage => stage.Stage == Stage.Total);
        return
        [
            Alerts(frame),
            Budget(frame?.Slo),
            new("Requests", Quantity.PerSecond(minute?.RequestsPerSecond), "last 60 s", Tone.Neutral, "compute"),
            new("p50", Quantity.Milliseconds(total?.P50Ms), "last 60 s", Tone.Neutral, "latency?stage=p50"),
            new("p90", Quantity.Milliseconds(total?.P90Ms), "last 60 s", Tone.Neutral, "latency?stage=p90"),
            new("p99", Quantity.Milliseconds(total?.P99Ms), "last 60 s", Tone.Neutral, "latency"),
            new(
                "p99.9",
                Quantity.Milliseconds(total?.P999Ms),
                total is { P999Ms: null, Count: > 0 } ? "needs 1,000 requests" : "last 60 s",
                Tone.Neutral,
                "latency?stage=p999"
            ),
            Errors(minute),
            Degraded(minute),
            HitRate(minute),
            Processor(minute, server),
            new("Batches", Quantity.Percent(Compute.ComputeCharts.BusyPercent(minute)), "share of time running", Tone.Neutral, "compute"),
            new(
                "Memory",
                Quantity.Bytes(server?.Process.WorkingSetBytes),
                server is null ? "heap" : $"{Quantity.Bytes(server.Process.ManagedHeapBytes)} heap",
                Tone.Neutral,
                "compute"
            ),
            new("Model", new(server?.Model.Version ?? Quantity.None, ""), server?.Model.Name ?? "active", Tone.Neutral, "models"),
            new(
                "Rules",
                new(
                    server is null ? Quantity.None
                        : server.RulesVersion == 0 ? "none"
                        : $"v{server.RulesVersion}",
                    ""
                ),
                "published",
                Tone.Neutral,
                "rules/versions"
            ),
            new(
                "Replicas",
                new(server is null or { Replicas: 0 } ? Quantity.None : $"{server.Replicas}", ""),
                "on this database",
                Tone.Neutral,
                "models"
            ),
        ];
    }

    private static Tile Alerts(TelemetryFrame? frame)
    {
        FiringAlert[]? alerts = frame?.Alerts;
        Tone tone =
            alerts is null or [] ? Tone.Neutral
            : Array.Exists(alerts, alert => alert.Severity == AlertSeverity.Critical) ? Tone.Bad
            : Tone.Warn;
        return new(
            "Alerts",
            Quantity.Count(alerts?.Length),
            alerts is null ? "unknown"
                : alerts is [] ? "none firing"
                : alerts[0].Title,
            tone,
            "alerts"
        );
    }

    /// <summary>How much of the error budget is left over the whole history.</summary>
    private static Tile Budget(SloState? slo)
    {
        BurnRate? all = slo?.Windows.LastOrDefault();
        double? left = all is null ? null : 100 * (1 - (all.Rate ?? 0));
        string note = slo is null
            ? "of what the SLO allows"
            : FormattableString.Invariant($"{slo.Target:0.###} % under {slo.LatencyMs} ms, 2 days");
        return new(
            "Error budget left",
            new(
                left is null ? Quantity.None
                    : left <= 0 ? "0"
                    : Quantity.Percent(left).Value,
                "%"
            ),
            note,
            left <= 0 ? Tone.Bad
                : left < 25 ? Tone.Warn
                : Tone.Neutral,
            "latency"
        );
    }

    private static Tile Errors(TelemetryWindow? minute)
    {
        double? percent =
            minute is null ? null
            : minute.Requests == 0 ? 0
            : 100.0 * minute.Failures / minute.Requests;
        string note = minute is null ? "5xx, last 60 s" : $"{Quantity.Count(minute.Failures)} 5xx, {Quantity.Count(minute.Rejected)} 4xx";
        return new(
            "Errors",
            Quantity.Percent(percent),
            note,
            minute?.Failures > 0 ? Tone.Bad
                : minute?.Rejected > 0 ? Tone.Warn
                : Tone.Neutral,
            "alerts"
        );
    }

    private static Tile Degraded(TelemetryWindow? minute)
    {
        double? degraded =
            minute is null ? null
            : minute.Requests == 0 ? 0
            : 100.0 * minute.Degraded / minute.Requests;
        return new("Degraded", Quantity.Percent(degraded), "of lists", degraded >= DegradedPercent ? Tone.Warn : Tone.Neutral, "compute");
    }

    private static Tile HitRate(TelemetryWindow? minute)
    {
        string note =
            minute is null || ListSources.Percent(minute, RecommendationSource.L1) is not { } memory
                ? "of lists"
                : $"L1 {Quantity.Percent(memory)}, Redis {Quantity.Percent(ListSources.Percent(minute, RecommendationSource.L2))}";
        return new("Hit rate", Quantity.Percent(ListSources.CachedPercent(minute)), note, Tone.Neutral, "cache");
    }

    private static Tile Processor(TelemetryWindow? minute, ServerState? server)
    {
        if (minute?.Devices is [var device, ..] devices)
        {
            string note = devices.Length == 1 ? device.Name : $"mean of {devices.Length}";
            bool lost = Array.Exists(devices, one => one.Problem is not null);
            return new(
                "GPU",
                Quantity.Percent(devices.Average(one => one.Utilization)),
                lost ? "a GPU is lost" : note,
                lost ? Tone.Bad : Tone.Neutral,
                "compute"
            );
        }

        ProcessState? process = server?.Process;
        return new(
            "CPU",
            Quantity.Percent(process?.CpuPercent),
            process is null ? "of all cores"
                : process.Cores == 1 ? "of 1 core"
                : $"of {process.Cores} cores",
            process?.CpuPercent >= BusyPercent ? Tone.Warn : Tone.Neutral,
            "compute"
        );
    }
}
