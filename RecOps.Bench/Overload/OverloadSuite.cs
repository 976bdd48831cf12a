using System.CommandLine;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Overload;

/// <summary>
/// <c>overload</c>: three times the peak load for a minute, then half of it; and the same in bursts. The server should keep serving as many
/// good lists as at its peak, answer every request with a list or a 503, and recover quickly.
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
        Description = "Seconds of sustained overload.",
        HelpName = "n",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<double> _peak = new("--peak-seconds")
    {
        Description = "Seconds per step of the peak search.",
        HelpName = "n",
        DefaultValueFactory = _ => 8,
    };

    public OverloadSuite()
        : base(Verb, "Put three times its peak load on the server, and measure what it still serves.")
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
            $"Peak: {Figure.Rate(rate)} lists per second, nearly all of them computed and within {_load.SloMs(parsed):0} ms, with a "
                + $"constant {peak.Connections} requests in flight. "
                + $"Then an open loop at {Overload:0%} of the peak for {seconds:0} s and at {After:0%} for 20 s, and bursts of "
                + $"{BurstSeconds:0} s. Uniformly drawn users, so that no list was computed before. Latency counts from the time a request "
                + "was due."
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
                ? $"The server exited with code {code}:\n\n```\n{server.Process.Printed}\n```"
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
        report.Heading("Answers");
        report.Table(
            ["phase", "due/s", "computed/s", "of peak", "fallback/s", "good/s", "of peak", "503", "neither", "p50 ms", "p99 ms", "max ms"],
            [
                .. lasting.Phases.Select(
                    (phase, i) => Row(i == 0 ? $"{Overload:0%} for {seconds:0} s" : $"{After:0%} afterwards", phase, peak)
                ),
                .. bursts.Phases.Select((phase, i) => Row(i % 2 == 0 ? $"burst {(i / 2) + 1}" : "between", phase, peak)),
            ]
        );
        report.Paragraph(
            "Only lists within the SLO count. A computed list is what a server without overload returns. A fallback list is the cluster's "
                + "or the popular one. Good lists are both, and goodput here means those. Fallback lists take capacity from computed ones: "
                + "a server that answers every request cannot compute as many lists as at its peak. *Neither* counts answers that are "
                + "neither a list nor a 503, and requests without an answer."
        );
    }

    private static void WriteRecovery(Report report, LoadResult lasting, LoadResult bursts, double seconds)
    {
        report.Heading("Recovery");
        report.Table(
            ["load drops after", "p99 within the SLO after", "lists computed again after"],
            [
                Row($"{Overload:0%} for {seconds:0} s", Recovery.Of(lasting.Slots, 1)),
                .. bursts
                    .Phases.Index()
                    .Where(phase => phase.Index % 2 == 1)
                    .Select(phase => Row($"burst {(phase.Index / 2) + 1}", Recovery.Of(bursts.Slots, phase.Index))),
            ]
        );
        report.Paragraph(
            "Seconds from the drop in load until every following second has 99 % of requests answered with a list within the SLO; and "
                + "until 99 % of lists are computed ones."
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
