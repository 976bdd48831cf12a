using System.CommandLine;
using System.Globalization;
using System.Net;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;

namespace RecOps.Bench.SignIns;

/// <summary><c>signin</c>: how password guessing affects shoppers.</summary>
internal sealed class SignInSuite : Command
{
    private const string Verb = "signin";
    private readonly ServerOptions _servers;
    private readonly LoadOptions _load;
    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Shoppers' requests per second.",
        HelpName = "n",
        DefaultValueFactory = _ => 500,
    };
    private readonly Option<double> _attempts = new("--attempts")
    {
        Description = "Sign-in attempts per second.",
        HelpName = "n",
        DefaultValueFactory = _ => 50,
    };
    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "Measurements with and without attempts, each.",
        HelpName = "n",
        DefaultValueFactory = _ => 12,
    };
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds per measurement.",
        HelpName = "n",
        DefaultValueFactory = _ => 10,
    };
    private readonly Option<string?> _against = new("--against")
    {
        Description = "RecOps.Server.dll of another build, to measure under the same load.",
        HelpName = "file",
    };

    public SignInSuite()
        : base(Verb, "Compare the latency of lists with and without password guessing.")
    {
        _servers = new ServerOptions(this);
        _load = new LoadOptions(this);
        foreach (Option option in (Option[])[_rate, _attempts, _rounds, _seconds, _against])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        (double rate, double attempts, int rounds, double seconds) = (
            parsed.GetValue(_rate),
            parsed.GetValue(_attempts),
            parsed.GetValue(_rounds),
            parsed.GetValue(_seconds)
        );
        Report report = ServerOptions.Report(parsed, Verb, "Sign-ins while shoppers are served");
        report.Paragraph(
            $"{Figure.Rate(rate)} requests per second in an open loop, users by Zipf's law, for {seconds:0} s with and {seconds:0} s "
                + $"without {attempts:0} sign-in attempts per second, alternating {rounds} times. "
                + "Each attempt uses a different name, and the limit per address is raised, so that every password is either checked or "
                + "refused because the server is busy. "
                + "Generator and server share the cores. The ratio is the median over the pairs of p99 with to p99 without."
        );
        var rows = new List<string[]>();
        if (parsed.GetValue(_against) is { } other)
            rows.Add(await MeasureAsync("the other build", other));
        rows.Add(await MeasureAsync("this one", null));
        report.Table(
            [
                "",
                "p50 ms without",
                "with",
                "p99 ms without",
                "with",
                "ratio",
                "lists missed",
                "passwords checked per second",
                "refused as busy",
                "other answers",
            ],
            rows
        );
        report.Save(_servers.Out(parsed));
        return 0;

        async Task<string[]> MeasureAsync(string name, string? program)
        {
            await using RunningServer server = await _servers.StartAsync(
                parsed,
                program,
                [("RateLimits__SignInsPerMinute", "10000")],
                cancellation
            );
            List<PhaseResult> without = [],
                with = [];
            int looked = 0,
                busy = 0,
                others = 0;

            // Warm-up: the first pair lets the runtime compile hot code.
            for (int round = -1; round < rounds; round++)
            {
                PhaseResult quiet = await LoadAsync(server, round);
                PhaseResult tried;
                await using (var guesses = new PasswordGuesses(server.Process.Address, attempts))
                {
                    tried = await LoadAsync(server, round);
                    if (round >= 0)
                    {
                        looked += guesses.Answers.GetValueOrDefault(HttpStatusCode.Unauthorized);
                        busy += guesses.Answers.GetValueOrDefault(HttpStatusCode.ServiceUnavailable);
                        others += guesses
                            .Answers.Where(answer => answer.Key is not (HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable))
                            .Sum(answer => answer.Value);
                    }
                }

                if (round < 0)
                    continue;
                without.Add(quiet);
                with.Add(tried);
            }

            double[] ratios = [.. without.Zip(with, (quiet, tried) => (tried.P99Ms ?? double.NaN) / (quiet.P99Ms ?? double.NaN)).Order()];
            return
            [
                name,
                Figure.Ms(Median(without, phase => phase.P50Ms)),
                Figure.Ms(Median(with, phase => phase.P50Ms)),
                Figure.Ms(Median(without, phase => phase.P99Ms)),
                Figure.Ms(Median(with, phase => phase.P99Ms)),
                ratios[ratios.Length / 2].ToString("0.00", CultureInfo.InvariantCulture),
                Figure.Count(with.Sum(phase => phase.Sent - phase.Lists)),
                (looked / (rounds * seconds)).ToString("0.0", CultureInfo.InvariantCulture),
                Figure.Count(busy),
                Figure.Count(others),
            ];
        }

        async Task<PhaseResult> LoadAsync(RunningServer server, int round)
        {
            LoadPlan plan = _load.Open(parsed, server, _servers.Manifest(parsed).Counts.Users, [new LoadPhase(rate, seconds)]) with
            {
                Zipf = 1,
                Seed = round + 2,
            };
            return (await server.LoadAsync(plan, cancellation, withMetrics: false)).Result.Phases[0];
        }
    }

    private static double Median(List<PhaseResult> phases, Func<PhaseResult, double?> figure)
    {
        double[] sorted = [.. phases.Select(phase => figure(phase) ?? double.NaN).Order()];
        return sorted[sorted.Length / 2];
    }
}
