using System.CommandLine;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Processes;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Telemetry;

/// <summary>
/// <c>telemetry</c>: what counting and timing every request costs, and what consoles that look on cost, against a server that measures
/// nothing. Lists come from the cache, where a request is cheapest and its telemetry weighs most.
/// </summary>
internal sealed class TelemetrySuite : Command
{
    private const string Verb = "telemetry";
    private const string Path = "/v1/recommendations/u-000003?count=20&placement=home";
    private readonly ServerOptions _servers;

    private readonly Option<int> _seconds = new("--seconds") { Description = "Of each measurement.", HelpName = "n", DefaultValueFactory = _ => 3 };

    private readonly Option<int> _rounds = new("--rounds") { Description = "Measurements of each.", HelpName = "n", DefaultValueFactory = _ => 21 };

    private readonly Option<int> _connections = new("--connections") { HelpName = "n", DefaultValueFactory = _ => 64 };

    private readonly Option<int> _consoles = new("--consoles") { HelpName = "n", DefaultValueFactory = _ => 10 };

    public TelemetrySuite()
        : base(Verb, "What telemetry and open consoles cost, against a server that measures nothing.")
    {
        _servers = new ServerOptions(this);
        foreach (Option option in (Option[])[_seconds, _rounds, _connections, _consoles]) Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "What telemetry costs");
        (int rounds, int consoles) = (parsed.GetValue(_rounds), parsed.GetValue(_consoles));
        await using RunningServer without = await _servers.StartAsync(parsed, cancellation, ("Telemetry__Enabled", "false"));
        await using RunningServer with = await _servers.StartAsync(parsed, cancellation);
        await with.Process.SignInAsync(cancellation);
        List<MeasuredLoad> bare = [], measured = [], watched = [];
        long bytes = 0;

        // The rounds before the first let the runtime compile and recompile what is hot.
        for (int round = -2; round < rounds; round++)
        {
            MeasuredLoad first = await LoadAsync(without, round, parsed, cancellation);
            MeasuredLoad second = await LoadAsync(with, round, parsed, cancellation);
            MeasuredLoad third;
            await using (OpenConsoles open = await OpenConsoles.OpenAsync(with.Process, consoles, cancellation))
            {
                third = await LoadAsync(with, round, parsed, cancellation);
                if (round >= 0) bytes += open.Bytes;
            }

            if (round < 0) continue;
            bare.Add(first);
            measured.Add(second);
            watched.Add(third);
        }

        report.Paragraph(
            $"One cached list of 20 items, {parsed.GetValue(_connections)} connections, each asking again when it has its answer, for {parsed.GetValue(_seconds)} s; {rounds} rounds in which the "
            + "three take turns. Ratios are taken within a round, so that a machine that slows down slows both; the median of them and their quartiles. "
            + "Requests a CPU-second count the server's own processor time alone and are the figure to compare: server and generator share the cores.");
        report.Table(
            ["server", "requests/s", "of the first", "requests a CPU-second", "of the first", "quartiles", "of the one before", "quartiles"],
            [
                Row("measures nothing", bare, bare, bare),
                Row("as it comes", measured, bare, bare),
                Row($"{consoles} consoles look on", watched, bare, measured),
            ]);
        report.Paragraph(
            $"A console reads {bytes / 1024.0 / consoles / rounds / parsed.GetValue(_seconds):0.0} KB a second. Measuring nothing (`Telemetry:Enabled` is false) still counts what the "
            + "cache and the batcher count for themselves, a few additions a request.");
        report.Save(_servers.Out(parsed));
        return 0;
    }

    private Task<MeasuredLoad> LoadAsync(RunningServer server, int round, ParseResult parsed, CancellationToken cancellation) => server.LoadAsync(
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
        cancellation);

    private static string[] Row(string name, List<MeasuredLoad> own, List<MeasuredLoad> first, List<MeasuredLoad> before)
    {
        double[] rates = Ratios(own, first, RateOf);
        double[] costs = Ratios(own, first, PerCpuSecond);
        double[] steps = Ratios(own, before, PerCpuSecond);
        return
        [
            name, Figure.Rate(Quantile([.. own.Select(RateOf).Order()], 0.5)), Fine(Quantile(rates, 0.5)), Figure.Rate(Quantile([.. own.Select(PerCpuSecond).Order()], 0.5)),
            Fine(Quantile(costs, 0.5)), Quartiles(costs), Fine(Quantile(steps, 0.5)), Quartiles(steps),
        ];
    }

    private static double[] Ratios(List<MeasuredLoad> own, List<MeasuredLoad> other, Func<MeasuredLoad, double> figure) =>
        [.. own.Zip(other, (one, two) => figure(one) / figure(two)).Order()];

    private static double RateOf(MeasuredLoad load) => load.Result.Phases[0].ListsPerSecond;

    private static double PerCpuSecond(MeasuredLoad load) => 1 / load.CpuSecondsPerRequest;

    private static double Quantile(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static string Quartiles(double[] sorted) => $"{Fine(Quantile(sorted, 0.25))}–{Fine(Quantile(sorted, 0.75))}";

    private static string Fine(double ratio) => ratio.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
