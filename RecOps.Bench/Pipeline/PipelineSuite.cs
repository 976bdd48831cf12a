using System.CommandLine;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Processes;
using RecOps.Bench.Reports;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Pipeline;

/// <summary>
/// <c>pipeline</c>: the cost of a list that was not requested before, at rising load, stage by stage; and how much of it is the index and
/// the model alone.
/// </summary>
internal sealed class PipelineSuite : Command
{
    private const string Verb = "pipeline";
    private static readonly double[] Loads = [0.1, 0.25, 0.5, 0.75, 0.9, 1];
    private readonly ServerOptions _servers;
    private readonly LoadOptions _load;

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds per load.",
        HelpName = "n",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<double> _peak = new("--peak-seconds")
    {
        Description = "Seconds per step of the peak search.",
        HelpName = "n",
        DefaultValueFactory = _ => 8,
    };

    public PipelineSuite()
        : base(Verb, "Measure computed lists at rising load.")
    {
        _servers = new ServerOptions(this);
        _load = new LoadOptions(this);
        Options.Add(_seconds);
        Options.Add(_peak);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "Computed lists");
        BundleManifest manifest = _servers.Manifest(parsed);
        int users = manifest.Counts.Users;
        var rows = new List<(double Share, MeasuredLoad Load)>();
        PeakStep peak;
        await using (RunningServer server = await _servers.StartAsync(parsed, cancellation, ServerOptions.WithoutCache))
        {
            ProcessUsage opened = server.Process.Usage;
            peak = await PeakSearch.FindAsync(
                server,
                connections => _load.Closed(parsed, server, users, connections, parsed.GetValue(_peak)),
                cancellation
            );
            foreach (double share in Loads)
            {
                LoadPlan plan = _load.Open(parsed, server, users, new LoadPhase(share * peak.ComputedPerSecond, parsed.GetValue(_seconds)));
                rows.Add((share, await server.LoadAsync(plan, cancellation)));
            }

            WriteOpening(report, manifest, server.Process.OpenTime, opened, server.Process.Usage);
        }

        BareCost bare = await BareCost.MeasureAsync(_servers.Bundle(parsed), peak.Load, cancellation);
        WriteLoads(report, rows, peak, bare, _servers.ServerCores(parsed), _load.SloMs(parsed));
        WriteStages(report, rows);
        report.Save(_servers.Out(parsed));
        return 0;
    }

    private static void WriteOpening(Report report, BundleManifest manifest, TimeSpan openTime, ProcessUsage opened, ProcessUsage worked)
    {
        BundleCounts counts = manifest.Counts;
        report.Paragraph(
            $"Bundle {manifest.Name}: {counts.Items:#,0} items and {counts.Users:#,0} users with {manifest.Dimension} dimensions. "
                + $"Every request asks for 20 items for a uniformly drawn user, so that every list is computed. Poisson arrivals from a "
                + "separate process; latency counts from the time a request was due."
        );
        report.Table(
            ["", "value"],
            [
                ["from process start to ready, s", Figure.Seconds(openTime.TotalSeconds)],
                ["resident memory when ready, MB", Figure.Megabytes(opened.ResidentBytes)],
                ["of this, not mapped files, MB", Figure.Megabytes(opened.PrivateBytes)],
                ["resident memory after all loads, MB", Figure.Megabytes(worked.ResidentBytes)],
                ["of this, not mapped files, MB", Figure.Megabytes(worked.PrivateBytes)],
            ]
        );
    }

    private static void WriteLoads(
        Report report,
        List<(double Share, MeasuredLoad Load)> rows,
        PeakStep peak,
        BareCost bare,
        int cores,
        double sloMs
    )
    {
        report.Heading("Load");
        report.Paragraph(
            $"The peak is {Figure.Rate(peak.ComputedPerSecond)} lists per second, nearly all of them computed and within {sloMs:0} ms: "
                + $"{Figure.Rate(peak.ComputedPerSecond / cores)} for each of the server's {cores} cores, with a constant "
                + $"{peak.Connections} requests in flight."
        );
        report.Table(
            [
                "load",
                "due/s",
                "lists/s",
                "fallback lists",
                "503",
                "neither",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "p99.9 ms",
                "CPU ms per list",
                "of bare",
                "of bare alone",
            ],
            [.. rows.Select(row => Row($"{row.Share:0%} of peak", row.Load, bare)), Row($"closed, {peak.Connections}", peak.Load, bare)]
        );
        report.Paragraph(
            $"CPU is the server process's total CPU time per request. Bare is the index search and the ONNX run alone, in batches as "
                + $"large as those of the closed run ({bare.Batch}), for users requested for the first time: {bare.TogetherMs:0.000} ms of "
                + $"CPU time per user on {bare.Threads} threads at once, which share caches and memory as the server's do, and "
                + $"{bare.AloneMs:0.000} ms on one thread alone."
        );
    }

    private static string[] Row(string name, MeasuredLoad load, BareCost bare)
    {
        PhaseResult phase = load.Result.Phases[0];
        double cpuMs = 1000 * load.CpuSecondsPerRequest;
        return
        [
            name,
            phase.Rate == 0 ? Figure.None : Figure.Rate(phase.Rate),
            Figure.Rate(phase.ListsPerSecond),
            Figure.Share(phase.Degraded, phase.Sent),
            Figure.Share(phase.Unavailable, phase.Sent),
            Figure.Count(phase.Other),
            Figure.Ms(phase.P50Ms),
            Figure.Ms(phase.P90Ms),
            Figure.Ms(phase.P99Ms),
            Figure.Ms(phase.P999Ms),
            $"{cpuMs:0.000}",
            Figure.Ratio(cpuMs / bare.TogetherMs),
            Figure.Ratio(cpuMs / bare.AloneMs),
        ];
    }

    private static void WriteStages(Report report, List<(double Share, MeasuredLoad Load)> rows)
    {
        StageCost[][] costs = [.. rows.Select(row => StageCost.Of(row.Load))];
        report.Heading("Stages");
        report.Table(
            ["mean ms", .. rows.Select(row => $"{row.Share:0%}"), "reference"],
            costs[0]
                .Select(
                    (stage, i) => (string[])[stage.Stage, .. costs.Select(cost => Figure.Ms(cost[i].MeanMs)), Figure.Ms(stage.ReferenceMs)]
                )
        );
        report.Paragraph(
            "From the server's own histograms. The reference is the published cost of a request, before tuning, in a system with two "
                + "million products on other hardware. It shows where that system spent its time, not how this machine compares."
        );
    }
}
