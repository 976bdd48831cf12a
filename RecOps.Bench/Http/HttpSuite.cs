using System.CommandLine;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Http;

/// <summary>
/// <c>http</c>: what the server adds to a list that it need not compute, compared with a static endpoint with the same payload on the same
/// Kestrel. Targets take turns, so that a slower machine affects all of them; medians over the rounds.
/// </summary>
internal sealed class HttpSuite : Command
{
    private const string Verb = "http";
    private const string StrangerPath = "/v1/recommendations/stranger?count=20&placement=home";
    private const string ShopperPath = "/v1/recommendations/u-{user}?count=20&placement=home";
    private const string OneShopperPath = "/v1/recommendations/u-000003?count=20&placement=home";
    private readonly ServerOptions _servers;

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "Seconds per measurement.",
        HelpName = "n",
        DefaultValueFactory = _ => 6,
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "Measurements per target.",
        HelpName = "n",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _connections = new("--connections") { HelpName = "n", DefaultValueFactory = _ => 64 };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "RecOps.Server.dll of another build, to compare the cost of a cached list with.",
        HelpName = "file",
    };

    public HttpSuite()
        : base(Verb, "Compare lists that need no computation with a static endpoint of the same payload.")
    {
        _servers = new ServerOptions(this);
        foreach (Option option in (Option[])[_seconds, _rounds, _connections, _against])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "HTTP: lists from the cache");
        await using RunningServer server = await _servers.StartAsync(parsed, cancellation);
        string body = Path.GetTempFileName();
        try
        {
            await using RunningServer uncached = await _servers.StartAsync(parsed, cancellation, ServerOptions.WithoutCache);
            await File.WriteAllTextAsync(body, await server.Process.GetAsync(OneShopperPath, cancellation), cancellation);
            await using RunningServer peer = await _servers.StartAsync(
                parsed,
                [typeof(HttpSuite).Assembly.Location, StaticServerCommand.Verb, "--body", body],
                new Dictionary<string, string>(),
                cancellation
            );
            Target[] targets =
            [
                new("static, prepared bytes", peer, StaticServerCommand.BytesPath),
                new("static, generated serializer", peer, StaticServerCommand.ObjectPath),
                new("cached list, one shopper", server, OneShopperPath),
                new("cached lists, all shoppers", server, ShopperPath),
                new("popular list, unknown shopper", server, StrangerPath),
                new("computed list, cache off", uncached, ShopperPath),
            ];
            await MeasureAsync(targets, parsed, cancellation);
            Write(report, targets, new FileInfo(body).Length, parsed);
            await CompressionRows.AddAsync(report, server.Process, _servers.Manifest(parsed).Counts.Users, cancellation);
        }
        finally
        {
            File.Delete(body);
        }

        if (parsed.GetValue(_against) is { } other)
            await BuildRows.AddAsync(report, _servers, parsed, other, server => Load(parsed, server, OneShopperPath, 1), cancellation);
        report.Save(_servers.Out(parsed));
        return 0;
    }

    private async Task MeasureAsync(Target[] targets, ParseResult parsed, CancellationToken cancellation)
    {
        int rounds = parsed.GetValue(_rounds);

        // An extra warm-up round lets the runtime compile and recompile hot code.
        for (int round = 0; round <= rounds; round++)
        {
            foreach (Target target in targets)
            {
                MeasuredLoad measured = await target.Server.LoadAsync(Load(parsed, target.Server, target.Path, round + 1), cancellation);
                if (measured.Result.Phases[0].Other > 0)
                    throw new InvalidOperationException($"{target.Name}: {measured.Result.Phases[0]}");
                if (round > 0)
                    target.Rounds.Add(measured);
            }
        }
    }

    private LoadPlan Load(ParseResult parsed, RunningServer server, string path, int seed) =>
        new()
        {
            Server = server.Process.Address,
            Paths = [path],
            Phases = [new LoadPhase(0, parsed.GetValue(_seconds))],
            Connections = parsed.GetValue(_connections),
            Closed = true,
            Users = _servers.Manifest(parsed).Counts.Users,
            Seed = seed,
        };

    private void Write(Report report, Target[] targets, long bytes, ParseResult parsed)
    {
        report.Paragraph(
            $"{parsed.GetValue(_connections)} connections, each sending its next request when it has its answer, for "
                + $"{parsed.GetValue(_seconds)} s; medians of {parsed.GetValue(_rounds)} rounds in which the targets take turns. The list "
                + $"has 20 items, {bytes:#,0} bytes. Server and load generator share the cores, so requests per second also depend on the "
                + "generator. Requests per CPU second count only the server's own CPU time; compare those."
        );
        Target peer = targets[0];
        report.Table(
            [
                "answer",
                "requests/s",
                "of static",
                "requests per CPU second",
                "of static",
                "CPU µs per request",
                "bytes allocated per request",
                "p99 ms",
            ],
            targets.Select(target =>
                (string[])
                    [
                        target.Name,
                        Figure.Rate(target.Rate),
                        Figure.Ratio(target.Rate / peer.Rate),
                        Figure.Rate(1 / target.Cpu),
                        Figure.Ratio(peer.Cpu / target.Cpu),
                        Figure.Micros(target.Cpu),
                        Figure.Rate(target.Allocated),
                        Figure.Ms(target.P99),
                    ]
            )
        );
        report.Paragraph(
            "The gap between a cached list and the static endpoint is the cost of routing, parsing and validating the query, the lookup, "
                + "rules, telemetry and writing twenty items. With all shoppers, some lists are computed or refreshed during the "
                + "measurement. A computed list adds the cost of the model."
        );
    }

    private sealed record Target(string Name, RunningServer Server, string Path)
    {
        public List<MeasuredLoad> Rounds { get; } = [];

        public double Rate => Median(round => round.Result.Phases[0].ListsPerSecond);

        public double Cpu => Median(round => round.CpuSecondsPerRequest);

        public double Allocated => Median(round => round.AllocatedPerRequest);

        public double P99 => Median(round => round.Result.Phases[0].P99Ms ?? 0);

        private double Median(Func<MeasuredLoad, double> figure)
        {
            double[] values = [.. Rounds.Select(figure).Order()];
            return values[values.Length / 2];
        }
    }
}
