using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace RecOps.Bench.Load;

/// <summary><c>load</c>: sends requests and prints the results as JSON. Suites run it in a separate process.</summary>
internal sealed class LoadCommand : Command
{
    public const string Verb = "load";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Option<string> _server = new("--server")
    {
        Description = "Address and port, such as 127.0.0.1:5080.",
        Required = true,
    };

    private readonly Option<string[]> _paths = new("--path")
    {
        Description = "Path to request; {user} becomes a six-digit user number. Repeat the option to alternate between paths.",
        Required = true,
    };

    private readonly Option<string[]> _phases = new("--phase")
    {
        Description = "Requests per second x seconds, such as 1500x60. Repeat the option for several phases, in order.",
        Required = true,
    };

    private readonly Option<int> _connections = new("--connections") { DefaultValueFactory = _ => 64 };

    private readonly Option<bool> _closed = new("--closed")
    {
        Description = "Closed loop: each connection sends its next request when it has its answer. Rates are ignored.",
    };

    private readonly Option<int> _users = new("--users") { DefaultValueFactory = _ => 1000 };

    private readonly Option<double> _zipf = new("--zipf")
    {
        Description = "Exponent of Zipf's law over users; 0 draws all users equally often.",
    };

    private readonly Option<double> _slo = new("--slo-ms") { DefaultValueFactory = _ => 100 };

    private readonly Option<int> _seed = new("--seed") { DefaultValueFactory = _ => 1 };

    public LoadCommand()
        : base(Verb, "Send requests to a server and print the results as JSON.")
    {
        Hidden = true;
        foreach (Option option in (Option[])[_server, _paths, _phases, _connections, _closed, _users, _zipf, _slo, _seed])
            Options.Add(option);
        SetAction(Run);
    }

    /// <summary>The command line for a plan, as <see cref="Run"/> parses it.</summary>
    public static IEnumerable<string> ArgumentsOf(LoadPlan plan) =>
        [
            Verb,
            "--server",
            plan.Server.ToString(),
            .. plan.Paths.SelectMany(path => (string[])["--path", path]),
            .. plan.Phases.SelectMany(phase => (string[])["--phase", phase.ToString()]),
            "--connections",
            Text(plan.Connections),
            "--users",
            Text(plan.Users),
            "--zipf",
            Text(plan.Zipf),
            "--slo-ms",
            Text(plan.SloMs),
            "--seed",
            Text(plan.Seed),
            .. plan.Closed ? (string[])["--closed"] : [],
        ];

    public static LoadResult Read(string output) =>
        JsonSerializer.Deserialize<LoadResult>(output, Json) ?? throw new InvalidOperationException("The load generator printed nothing.");

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private int Run(ParseResult parsed)
    {
        var phases = new List<LoadPhase>();
        foreach (string text in parsed.GetRequiredValue(_phases))
        {
            if (!LoadPhase.TryParse(text, out LoadPhase phase))
            {
                parsed.InvocationConfiguration.Error.WriteLine(
                    $"--phase is '{text}'; it must be requests per second x seconds, such as 1500x60."
                );
                return 2;
            }

            phases.Add(phase);
        }

        var plan = new LoadPlan
        {
            Server = IPEndPoint.Parse(parsed.GetRequiredValue(_server)),
            Paths = parsed.GetRequiredValue(_paths),
            Phases = [.. phases],
            Connections = parsed.GetValue(_connections),
            Closed = parsed.GetValue(_closed),
            Users = parsed.GetValue(_users),
            Zipf = parsed.GetValue(_zipf),
            SloMs = parsed.GetValue(_slo),
            Seed = parsed.GetValue(_seed),
        };
        using var run = new LoadRun(plan);
        LoadResult result = LoadSummary.Of(run.Run().All(), plan.Phases, plan.SloMs, plan.Closed);
        parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(result, Json));
        return 0;
    }
}
