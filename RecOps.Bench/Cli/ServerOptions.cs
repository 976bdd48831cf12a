using System.CommandLine;
using RecOps.Bench.Load;
using RecOps.Bench.Processes;
using RecOps.Bench.Reports;
using RecOps.Shared.Bundles;

namespace RecOps.Bench.Cli;

/// <summary>Options of every suite that starts the server.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string?> _bundle = new("--bundle")
    {
        Description = "Directory of the bundle to serve. Default: the demo bundle.",
        HelpName = "directory",
    };

    private readonly Option<bool> _pin = new("--pin")
    {
        Description = "Pin the server to the first half of the cores and the load generator to the rest. Without it, they share all cores.",
    };

    private readonly Option<string[]> _settings = new("--setting")
    {
        Description = "A server setting, such as Serving:DeadlineMs=50. May be repeated.",
        HelpName = "name=value",
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "Directory for the report.",
        HelpName = "directory",
        DefaultValueFactory = _ => Path.Combine(Repository.Root, "docs", "benchmarks"),
    };

    public ServerOptions(Command command)
    {
        foreach (Option option in (Option[])[_bundle, _pin, _settings, _out])
            command.Options.Add(option);
    }

    /// <summary>Directory of the demo bundle in the repository.</summary>
    public static readonly string Demo = Path.Combine(Repository.Root, "models", "demo");

    /// <summary>For suites that measure the cost of computing a list.</summary>
    public static readonly (string Name, string Value) WithoutCache = ("Caching__Enabled", "false");

    /// <summary>The first core of the load generator's half.</summary>
    private static int Half => Math.Max(1, Environment.ProcessorCount / 2);

    public string Out(ParseResult parsed) => parsed.GetValue(_out)!;

    public static Report Report(ParseResult parsed, string suite, string title) =>
        new(suite, title, string.Join(' ', parsed.Tokens.Select(token => token.Value)), parsed.InvocationConfiguration.Output);

    public string Bundle(ParseResult parsed) => parsed.GetValue(_bundle) is { } given ? Path.GetFullPath(given) : Demo;

    public BundleManifest Manifest(ParseResult parsed) => RecOps.Shared.Bundles.Bundle.ReadManifest(Bundle(parsed));

    public int ServerCores(ParseResult parsed) => parsed.GetValue(_pin) ? Half : Environment.ProcessorCount;

    /// <param name="own">The suite's own settings; those of the command line take precedence.</param>
    public Task<RunningServer> StartAsync(ParseResult parsed, CancellationToken cancellation, params (string Name, string Value)[] own) =>
        StartAsync(parsed, null, own, cancellation);

    /// <param name="program">The .dll of another build of the server; null for this build.</param>
    /// <inheritdoc cref="StartAsync(ParseResult, CancellationToken, ValueTuple{string, string}[])"/>
    public async Task<RunningServer> StartAsync(
        ParseResult parsed,
        string? program,
        (string Name, string Value)[] own,
        CancellationToken cancellation
    )
    {
        string bundle = Bundle(parsed);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Models__Directory"] = Path.GetDirectoryName(bundle)!,
            ["Models__Active"] = Path.GetFileName(bundle),
            ["Demo__Traffic"] = "false",
        };
        foreach ((string name, string value) in own)
            settings[name] = value;
        foreach (string setting in parsed.GetValue(_settings) ?? [])
        {
            string[] parts = setting.Split('=', 2);
            settings[parts[0].Replace(":", "__", StringComparison.Ordinal)] = parts.Length > 1 ? parts[1] : "";
        }

        return await StartAsync(parsed, [program ?? Repository.Program("RecOps.Server")], settings, cancellation);
    }

    public async Task<RunningServer> StartAsync(
        ParseResult parsed,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancellation
    )
    {
        bool pin = parsed.GetValue(_pin);
        ServerProcess process = await ServerProcess.StartAsync(arguments, settings, pin ? $"0-{Half - 1}" : null, cancellation);
        return new RunningServer(process, pin ? $"{Half}-{Environment.ProcessorCount - 1}" : null);
    }
}
