using System.CommandLine;
using System.Globalization;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;
using RecOps.Server.Telemetry.History;

namespace RecOps.Bench.Telemetry;

/// <summary>
/// <c>telemetry</c>: the cost of counting and timing every request, and of open consoles, compared with a server that measures nothing.
/// Lists come from the cache, where a request is cheapest and telemetry weighs most. Then, how long it takes to read an hour of history.
/// </summary>
internal sealed class TelemetrySuite : Command
{
    private const string Verb = "telemetry";
    private const string Path = "/v1/recommendations/u-000003?count=20&placement=home";
    private const int IdleSeconds = 20;
    private const int HistoryWarmup = 5;
    private const int HistoryRounds = 30;
    private readonly ServerOptions _servers;

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "Seconds per measurement.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "Measurements per server.",
        HelpName = "n",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<int> _connections = new("--connections") { HelpName = "n", DefaultValueFactory = _ => 64 };

    private readonly Option<int> _consoles = new("--consoles") { HelpName = "n", DefaultValueFactory = _ => 10 };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "RecOps.Server.dll of another build, to run the same history calls against.",
        HelpName = "file",
    };

    public TelemetrySuite()
        : base(Verb, "Measure the cost of telemetry and open consoles, compared with a server that measures nothing.")
    {
        _servers = new ServerOptions(this);
        foreach (Option option in (Option[])[_seconds, _rounds, _connections, _consoles, _against])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "What telemetry costs");
        (int rounds, int consoles) = (parsed.GetValue(_rounds), parsed.GetValue(_consoles));
        await using RunningServer without = await _servers.StartAsync(parsed, cancellation, ("Telemetry__Enabled", "false"));
        await using RunningServer with = await _servers.StartAsync(parsed, cancellation);
        await with.Process.SignInAsync(cancellation);
        List<MeasuredLoad> bare = [],
            measured = [],
            watched = [];
        long bytes = 0;

        // Extra warm-up rounds let the runtime compile and recompile hot code.
        for (int round = -5; round < rounds; round++)
        {
            Func<Task>[] turns =
            [
                async () => Keep(bare, round, await LoadAsync(without, round, parsed, cancellation)),
                async () => Keep(measured, round, await LoadAsync(with, round, parsed, cancellation)),
                async () =>
                {
                    await using OpenConsoles open = await OpenConsoles.OpenAsync(with.Process, consoles, cancellation);
                    Keep(watched, round, await LoadAsync(with, round, parsed, cancellation));
                    if (round >= 0)
                        bytes += open.Bytes;
                },
            ];

            // Every other round runs in reverse order, so that a slower machine affects all three alike.
            foreach (Func<Task> turn in round % 2 == 0 ? turns : turns.Reverse())
                await turn();
        }

        report.Paragraph(
            $"One cached list of 20 items, {parsed.GetValue(_connections)} connections, each sending its next request when it has its "
                + $"answer, for {parsed.GetValue(_seconds)} s; {rounds} rounds in which the three take turns. Server and load generator "
                + "share the cores; requests per CPU second count only the server's own CPU time. Other load on the machine can only make "
                + "a round worse, so the 90th percentile of the rounds is shown beside the median."
        );
        report.Table(
            [
                "server",
                "requests/s, median",
                "of the first",
                "p90",
                "of the first",
                "requests per CPU second, median",
                "of the first",
                "p90",
                "of the first",
            ],
            [Row("measures nothing", bare, bare), Row("default", measured, bare), Row($"{consoles} open consoles", watched, bare)]
        );
        double nothing = await IdleAsync(without, cancellation);
        double alone = await IdleAsync(with, cancellation);
        await using (OpenConsoles open = await OpenConsoles.OpenAsync(with.Process, consoles, cancellation))
        {
            double looked = await IdleAsync(with, cancellation);
            double whole = 10 * _servers.ServerCores(parsed);
            report.Paragraph(
                $"Without requests, over {IdleSeconds} s each, the first takes {nothing:0.0} ms of CPU time per second, the second "
                    + $"{alone:0.0}, and with {consoles} consoles {looked:0.0}. That is {(alone - nothing) / whole:0.00} % of all cores "
                    + $"for the work done every second regardless of requests, and {(looked - alone) / whole:0.00} % for the consoles."
            );
        }

        report.Paragraph(
            $"A console reads {bytes / 1024.0 / consoles / rounds / parsed.GetValue(_seconds):0.0} KB per second. A server that measures "
                + $"nothing (`Telemetry:Enabled` is false) still keeps the cache's and the batcher's own counters: a few additions per "
                + "request."
        );
        await MeasureHistoryAsync(report, parsed, cancellation);
        report.Save(_servers.Out(parsed));
        return 0;
    }

    private async Task MeasureHistoryAsync(Report report, ParseResult parsed, CancellationToken cancellation)
    {
        TelemetrySlice[] recorded = await FullHour.RecordAsync(setting => _servers.StartAsync(parsed, cancellation, setting), cancellation);
        using FullHour own = FullHour.Of(recorded),
            others = FullHour.Of(recorded);
        await using RunningServer server = await _servers.StartAsync(parsed, cancellation, own.Setting);
        await using RunningServer? other = parsed.GetValue(_against) is { } program
            ? await _servers.StartAsync(parsed, program, [others.Setting], cancellation)
            : null;
        (string Name, HistoryCalls Calls)[] measured = other is null
            ? [("this one", new(server))]
            : [("the other build", new(other)), ("this one", new(server))];
        foreach (RunningServer? each in (RunningServer?[])[server, other])
        {
            if (each is not null)
                await each.Process.SignInAsync(cancellation);
        }

        for (int round = -HistoryWarmup; round < HistoryRounds; round++)
        {
            foreach ((_, HistoryCalls calls) in measured)
                await calls.RoundAsync(round >= 0, cancellation);
        }

        report.Paragraph(
            $"The history of an hour with {FullHour.RequestsPerSecond} requests per second, in windows of one second: {HistoryRounds} "
                + $"rounds of one call alone and {HistoryCalls.AtOnce} at once, each read completely."
        );
        report.Table(HistoryCalls.Columns, measured.Select(each => each.Calls.Row(each.Name)));
    }

    private Task<MeasuredLoad> LoadAsync(RunningServer server, int round, ParseResult parsed, CancellationToken cancellation) =>
        server.LoadAsync(
            new LoadPlan
            {
                Server = server.Process.Address,
                Paths = [Path],
                Phases = [new LoadPhase(0, parsed.GetValue(_seconds))],
                Connections = parsed.GetValue(_connections),
                Closed = true,
                Users = 1,
                Seed = Math.Abs(round) + 1,
            },
            cancellation,
            withMetrics: false
        );

    /// <returns>Milliseconds of the server's CPU time per second.</returns>
    private static async Task<double> IdleAsync(RunningServer server, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        TimeSpan before = server.Process.Usage.Cpu;
        await Task.Delay(TimeSpan.FromSeconds(IdleSeconds), cancellation);
        return (server.Process.Usage.Cpu - before).TotalMilliseconds / IdleSeconds;
    }

    private static void Keep(List<MeasuredLoad> own, int round, MeasuredLoad load)
    {
        if (round >= 0)
            own.Add(load);
    }

    private static string[] Row(string name, List<MeasuredLoad> own, List<MeasuredLoad> first) =>
        [name, .. Cells(own, first, RateOf), .. Cells(own, first, PerCpuSecond)];

    private static IEnumerable<string> Cells(List<MeasuredLoad> own, List<MeasuredLoad> first, Func<MeasuredLoad, double> figure)
    {
        foreach (double share in (double[])[0.5, 0.9])
        {
            double value = Quantile(own, share, figure);
            yield return Figure.Rate(value);
            yield return (value / Quantile(first, share, figure)).ToString("0.000", CultureInfo.InvariantCulture);
        }
    }

    private static double RateOf(MeasuredLoad load) => load.Result.Phases[0].ListsPerSecond;

    private static double PerCpuSecond(MeasuredLoad load) => 1 / load.CpuSecondsPerRequest;

    private static double Quantile(List<MeasuredLoad> loads, double share, Func<MeasuredLoad, double> figure)
    {
        double[] sorted = [.. loads.Select(figure).Order()];
        return sorted[(int)(share * (sorted.Length - 1))];
    }
}
