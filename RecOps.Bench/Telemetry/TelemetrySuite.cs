using System.CommandLine;
using System.Globalization;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;
using RecOps.Server.Telemetry.History;

namespace RecOps.Bench.Telemetry;

/// <summary>
/// <c>telemetry</c>: what counting and timing every request costs, and what consoles that look on cost, against a server that measures
/// nothing. Lists come from the cache, where a request is cheapest and its telemetry weighs most. Then, how long an hour of it takes to be
/// told.
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
        Description = "Of each measurement.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "Measurements of each.",
        HelpName = "n",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<int> _connections = new("--connections") { HelpName = "n", DefaultValueFactory = _ => 64 };

    private readonly Option<int> _consoles = new("--consoles") { HelpName = "n", DefaultValueFactory = _ => 10 };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "RecOps.Server.dll of another build, for the same calls for history.",
        HelpName = "file",
    };

    public TelemetrySuite()
        : base(Verb, "What telemetry and open consoles cost, against a server that measures nothing.")
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

        // The rounds before the first let the runtime compile and recompile what is hot.
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

            // Every other round the other way round, so that a machine that slows down slows all three alike.
            foreach (Func<Task> turn in round % 2 == 0 ? turns : turns.Reverse())
                await turn();
        }

        report.Paragraph(
            $"One cached list of 20 items, {parsed.GetValue(_connections)} connections, each asking again when it has its answer, for "
                + $"{parsed.GetValue(_seconds)} s; {rounds} rounds in which the "
                + "three take turns. Requests a CPU-second count the server's own processor time alone: server and generator share the "
                + "cores. Whatever else runs on "
                + "the machine only ever makes a round worse, so that beside the median stands the round at the upper tenth."
        );
        report.Table(
            [
                "server",
                "requests/s, median",
                "of the first",
                "upper tenth",
                "of the first",
                "requests a CPU-second, median",
                "of the first",
                "upper tenth",
                "of the first",
            ],
            [Row("measures nothing", bare, bare), Row("as it comes", measured, bare), Row($"{consoles} consoles look on", watched, bare)]
        );
        double nothing = await IdleAsync(without, cancellation);
        double alone = await IdleAsync(with, cancellation);
        await using (OpenConsoles open = await OpenConsoles.OpenAsync(with.Process, consoles, cancellation))
        {
            double looked = await IdleAsync(with, cancellation);
            double whole = 10 * _servers.ServerCores(parsed);
            report.Paragraph(
                $"With nothing to answer, over {IdleSeconds} s each, the first takes {nothing:0.0} ms of processor time a second, the "
                    + $"second {alone:0.0}, with {consoles} consoles "
                    + $"{looked:0.0}: {(alone - nothing) / whole:0.00} % of what the cores can for what is done every second whatever is "
                    + $"asked, and {(looked - alone) / whole:0.00} % for the consoles."
            );
        }

        report.Paragraph(
            $"A console reads {bytes / 1024.0 / consoles / rounds / parsed.GetValue(_seconds):0.0} KB a second. Measuring nothing "
                + $"(`Telemetry:Enabled` is false) still counts what the "
                + "cache and the batcher count for themselves, a few additions a request."
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
            $"The history of an hour with {FullHour.RequestsPerSecond} requests a second, in windows of a second: {HistoryRounds} rounds "
                + $"of one call alone and {HistoryCalls.AtOnce} at once, read whole."
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

    /// <returns>Milliseconds of the server's processor time a second.</returns>
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
