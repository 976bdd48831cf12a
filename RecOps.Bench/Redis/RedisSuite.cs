using System.CommandLine;
using System.Globalization;
using RecOps.Bench.Cli;
using RecOps.Bench.Load;
using RecOps.Bench.Reports;

namespace RecOps.Bench.Redis;

/// <summary><c>redis</c>: the second cache tier is killed, restarted, frozen and thawed under load.</summary>
internal sealed class RedisSuite : Command
{
    private const string Verb = "redis";

    /// <summary>So small that most lists are only in Redis.</summary>
    private const string SmallL1 = "1000000";

    private readonly ServerOptions _servers;
    private readonly LoadOptions _load;

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds per phase.",
        HelpName = "n",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Requests per second.",
        HelpName = "n",
        DefaultValueFactory = _ => 1000,
    };

    public RedisSuite()
        : base(Verb, "Kill, restart, freeze and thaw Redis under load. Needs redis-server in the PATH.")
    {
        _servers = new ServerOptions(this);
        _load = new LoadOptions(this);
        Options.Add(_seconds);
        Options.Add(_rate);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        Report report = ServerOptions.Report(parsed, Verb, "Redis lost under load");
        double seconds = parsed.GetValue(_seconds);
        using var redis = new RedisProcess();
        (string Name, Action Do)[] steps =
        [
            ("available", () => { }),
            ("killed", redis.Kill),
            ("restarted", redis.Restart),
            ("frozen (SIGSTOP)", redis.Freeze),
            ("thawed", redis.Thaw),
        ];
        PhaseResult[] without = await LoadAsync(parsed, [("", () => { })], null, cancellation);
        PhaseResult[] phases = await LoadAsync(parsed, steps, redis.ConnectionString, cancellation);

        report.Paragraph(
            $"{Figure.Rate(parsed.GetValue(_rate))} requests per second in an open loop, phases of {seconds:0} s in one run, uniformly "
                + $"drawn users, after {seconds:0} s of warm-up. "
                + "`Caching:L1Bytes` is 1 MB, so that nearly every request goes to Redis. Latency counts from the time a request was due."
        );
        report.Table(
            [
                "Redis",
                "requests",
                "5xx or no answer",
                "fallback lists",
                "L1",
                "Redis",
                "computed",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "max ms",
            ],
            [Row("none configured", without[^1]), .. steps.Select((step, i) => Row(step.Name, phases[i + 1]))]
        );
        double rise = phases.Skip(2).Max(phase => phase.P99Ms ?? 0) - (phases[1].P99Ms ?? 0);
        report.Paragraph(
            $"At worst, the 99th percentile is {rise.ToString("0.0", CultureInfo.InvariantCulture)} ms above that with Redis available. "
                + $"A read has a deadline of 5 ms (`Caching:L2DeadlineMs`). "
                + "When a tenth of the calls within half a second fail, the circuit breaker opens for a second. The same server served all "
                + "phases."
        );
        report.Save(_servers.Out(parsed));
        return phases.Any(phase => phase.Sent != phase.Lists) ? 1 : 0;
    }

    /// <summary>One run: a warm-up phase, then one phase after each step.</summary>
    private async Task<PhaseResult[]> LoadAsync(
        ParseResult parsed,
        (string Name, Action Do)[] steps,
        string? redis,
        CancellationToken cancellation
    )
    {
        string data = Directory.CreateTempSubdirectory("recops-bench-").FullName;
        try
        {
            (string, string)[] own =
            [
                ("Caching__L1Bytes", SmallL1),
                ("Data__Directory", data),
                .. redis is null ? [] : new[] { ("ConnectionStrings__Redis", redis) },
            ];
            await using RunningServer server = await _servers.StartAsync(parsed, cancellation, own);
            var phase = new LoadPhase(parsed.GetValue(_rate), parsed.GetValue(_seconds));
            int users = _servers.Manifest(parsed).Counts.Users;
            LoadPhase[] phases = [phase, .. steps.Select(_ => phase)];
            Task<MeasuredLoad> load = server.LoadAsync(_load.Open(parsed, server, users, phases), cancellation);
            foreach ((_, Action step) in steps)
            {
                await Task.Delay(TimeSpan.FromSeconds(phase.Seconds), cancellation);
                step();
            }

            return (await load).Result.Phases;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static string[] Row(string name, PhaseResult phase) =>
        [
            name,
            Figure.Count(phase.Sent),
            Figure.Count(phase.Sent - phase.Lists),
            Figure.Count(phase.Degraded),
            Of(phase, "l1"),
            Of(phase, "l2"),
            Of(phase, "computed"),
            Figure.Ms(phase.P50Ms),
            Figure.Ms(phase.P99Ms),
            Figure.Ms(phase.P999Ms),
            Figure.Ms(phase.MaxMs),
        ];

    private static string Of(PhaseResult phase, string source) => Figure.Share(phase.Sources.GetValueOrDefault(source), phase.Lists);
}
