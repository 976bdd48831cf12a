using System.CommandLine;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Overload;

/// <summary>
/// <c>overload</c>: three times the peak for a minute, then half of it; and the same in bursts. What is asked of the server is that it
/// goes on giving as many good lists as at its peak, that everyone gets a list or a 503, and that nothing lingers.
/// </summary>
internal sealed class OverloadSuite : Command
{
    private const string Verb = "overload";
    private const double Overload = 3;
    private const double After = 0.5;
    private const double BurstSeconds = 2;
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromSeconds(1);
    private readonly ServerOptions _servers;
    private readonly LoadOptions _load;

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Of lasting overload.",
        HelpName = "n",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<double> _peak = new("--peak-seconds")
    {
        Description = "Of each step towards the peak.",
        HelpName = "n",
        DefaultValueFactory = _ => 8,
    };

    public OverloadSuite()
        : base(Verb, "Three times the load that the server can take, and what is left of it.")
    {
        _servers = new ServerOptions(this);
        _load = new LoadOptions(this);
        Options.Add(_seconds);
        Options.Add(_peak);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "Overload");
        int users = _servers.Manifest(parsed).Counts.Users;
        await using RunningServer server = await _servers.StartAsync(parsed, cancellation, ServerOptions.WithoutCache);
        PeakStep peak = await PeakSearch.FindAsync(
            server,
            connections => _load.Closed(parsed, server, users, connections, parsed.GetValue(_peak)),
            cancellation
        );
        double rate = peak.ComputedPerSecond;
        double seconds = parsed.GetValue(_seconds);
        report.Paragraph(
            $"Peak: {Figure.Rate(rate)} lists a second, nearly all of them computed and within {_load.SloMs(parsed):0} ms, with "
                + $"{peak.Connections} requests always on their way. "
                + $"Then an open loop at {Overload:0%} of it for {seconds:0} s and at {After:0%} for 20 s; and bursts of "
                + $"{BurstSeconds:0} s. All users alike, "
                + "so that no list was ever made before; latency from the moment a request was due."
        );

        LoadPhase overload = new(Overload * rate, seconds);
        LoadPhase after = new(After * rate, 20);
        (LoadResult lasting, MemoryTrace memory) = await LoadAsync(
            server,
            _load.Open(parsed, server, users, overload, after),
            cancellation
        );
        LoadPhase burst = new(Overload * rate, BurstSeconds);
        LoadPhase calm = new(After * rate, 5);
        (LoadResult bursts, _) = await LoadAsync(
            server,
            _load.Open(parsed, server, users, burst, calm, burst, calm, burst, calm),
            cancellation
        );

        WriteAnswers(report, lasting, bursts, rate, seconds);
        WriteRecovery(report, lasting, bursts, seconds);
        report.Heading("Memory and the process");
        report.Paragraph(memory.Describe());
        report.Paragraph(
            server.Process.ExitCode is { } code
                ? $"The server ended with {code}:\n\n```\n{server.Process.Printed}\n```"
                : "The server was still running at the end."
        );
        report.Save(_servers.Out(parsed));
        return server.Process.ExitCode is null ? 0 : 1;
    }

    private static async Task<(LoadResult Result, MemoryTrace Memory)> LoadAsync(
        RunningServer server,
        LoadPlan plan,
        CancellationToken cancellation
    )
    {
        var trace = new MemoryTrace();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task watching = trace.WatchAsync(server.Process, MemoryInterval, ended.Token);
        MeasuredLoad load = await server.LoadAsync(plan, cancellation);
        await ended.CancelAsync();
        await watching;
        return (load.Result, trace);
    }

    private static void WriteAnswers(Report report, LoadResult lasting, LoadResult bursts, double peak, double seconds)
    {
        report.Heading("What everyone got");
        report.Table(
            ["phase", "due/s", "computed/s", "of peak", "lesser/s", "good/s", "of peak", "503", "neither", "p50 ms", "p99 ms", "max ms"],
            [
                .. lasting.Phases.Select(
                    (phase, i) => Row(i == 0 ? $"{Overload:0%} for {seconds:0} s" : $"{After:0%} afterwards", phase, peak)
                ),
                .. bursts.Phases.Select((phase, i) => Row(i % 2 == 0 ? $"burst {(i / 2) + 1}" : "between", phase, peak)),
            ]
        );
        report.Paragraph(
            "Lists count when they came within the SLO. A computed one is what a calm server gives, a fallback list is the cluster's or "
                + "what is "
                + "popular; good are both, and what goodput means here. What fallback lists cost, computed ones lack: no server that "
                + "answers everyone "
                + "computes as many as at its peak. *Neither* is every answer that is no list and no 503, and every request without an "
                + "answer."
        );
    }

    private static void WriteRecovery(Report report, LoadResult lasting, LoadResult bursts, double seconds)
    {
        report.Heading("Back to normal");
        report.Table(
            ["load falls after", "p99 within the SLO after", "lists computed again after"],
            [
                Row($"{Overload:0%} for {seconds:0} s", Recovery.Of(lasting.Slots, 1)),
                .. bursts
                    .Phases.Index()
                    .Where(phase => phase.Index % 2 == 1)
                    .Select(phase => Row($"burst {(phase.Index / 2) + 1}", Recovery.Of(bursts.Slots, phase.Index))),
            ]
        );
        report.Paragraph(
            "Seconds from the fall of the load to the first moment from which on, in every second, 99 in 100 requests were lists within "
                + "the "
                + "SLO; and 99 in 100 lists were computed ones."
        );

        static string[] Row(string name, Recovery recovery) =>
            [name, $"{Figure.Seconds(recovery.Slo)} s", $"{Figure.Seconds(recovery.Computed)} s"];
    }

    private static string[] Row(string name, PhaseResult phase, double peak)
    {
        double computed = phase.GoodComputed / phase.Seconds;
        double lesser = phase.GoodDegraded / phase.Seconds;
        return
        [
            name,
            Figure.Rate(phase.Sent / phase.Seconds),
            Figure.Rate(computed),
            Figure.Ratio(computed / peak),
            Figure.Rate(lesser),
            Figure.Rate(computed + lesser),
            Figure.Ratio((computed + lesser) / peak),
            Figure.Share(phase.Unavailable, phase.Sent),
            Figure.Count(phase.Other),
            Figure.Ms(phase.P50Ms),
            Figure.Ms(phase.P99Ms),
            Figure.Ms(phase.MaxMs),
        ];
    }
}
