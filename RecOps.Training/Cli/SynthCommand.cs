using System.CommandLine;
using System.CommandLine.Parsing;
using RecOps.Training.Progress;
using RecOps.Training.Synth;

namespace RecOps.Training.Cli;

/// <summary><c>synth</c>: generates a synthetic shop.</summary>
internal sealed class SynthCommand : Command
{
    private readonly Option<int> _users = new Option<int>("--users")
    {
        Description = "Number of users, 1 to 10,000,000.",
        HelpName = "n",
        Required = true,
    }.Between(1, 10_000_000);

    private readonly Option<int> _items = new Option<int>("--items")
    {
        Description = "Number of items, 1 to 10,000,000.",
        HelpName = "n",
        Required = true,
    }.Between(1, 10_000_000);

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Random seed; the same seed and sizes give the same shop on any machine.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "Directory for the files.",
        HelpName = "directory",
        Required = true,
    };

    private readonly Option<int> _days = new Option<int>("--days")
    {
        Description = "Days of history, 1 to 3650.",
        HelpName = "n",
        DefaultValueFactory = _ => 365,
    }.Between(1, 3650);

    private readonly Option<double> _interactions = new Option<double>("--interactions-per-user")
    {
        Description = "Approximate mean number of events per user and year, 0.1 to 2000.",
        HelpName = "n",
        DefaultValueFactory = _ => 60,
    }.Between(0.1, 2000);

    private readonly Option<bool> _plain = new("--plain") { Description = "Write CSV without gzip." };

    private readonly Option<bool> _bundle = new("--bundle")
    {
        Description = "Write a bundle for scale tests instead of CSV files: clustered vectors and an untrained ranker.",
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "With --bundle: its name. Default: the last part of --out.",
        HelpName = "name",
    };

    private readonly Option<int> _dimension = new Option<int>("--dimension")
    {
        Description = "With --bundle: length of user and item vectors, 8 to 512.",
        HelpName = "n",
        DefaultValueFactory = _ => 64,
    }.Between(8, 512);

    private readonly Option<int> _clusters = new Option<int>("--clusters")
    {
        Description = "With --bundle: number of behaviour clusters, 1 to 4096.",
        HelpName = "n",
        DefaultValueFactory = _ => 64,
    }.Between(1, 4096);

    private readonly Option<int> _history = new Option<int>("--history")
    {
        Description = "With --bundle: history entries per user, 1 to 1024.",
        HelpName = "n",
        DefaultValueFactory = _ => 64,
    }.Between(1, 1024);

    private readonly Option<bool> _half = new("--fp16")
    {
        Description = "With --bundle: also write a 16-bit floating-point ranker, for GPUs.",
    };

    private readonly Option<bool> _int8 = new("--int8") { Description = "With --bundle: also write an 8-bit integer ranker." };

    private readonly Option<bool> _force = new("--force") { Description = "Replace the content of --out." };

    public SynthCommand()
        : base("synth", "Generate a realistic synthetic shop, as CSV files or directly as a bundle.")
    {
        Options.Add(_users);
        Options.Add(_items);
        Options.Add(_seed);
        Options.Add(_out);
        Options.Add(_days);
        Options.Add(_interactions);
        Options.Add(_plain);
        Options.Add(_bundle);
        Options.Add(_name);
        Options.Add(_dimension);
        Options.Add(_clusters);
        Options.Add(_history);
        Options.Add(_half);
        Options.Add(_int8);
        Options.Add(_force);
        Validators.Add(CheckCombination);
        SetAction(RunAsync);
    }

    private void CheckCombination(CommandResult result)
    {
        bool bundle = result.GetValue(_bundle);
        Option[] misplaced = bundle ? [_days, _interactions, _plain] : [_name, _dimension, _clusters, _history, _half, _int8];
        foreach (Option option in misplaced)
        {
            if (result.GetResult(option) is { Implicit: false })
                result.AddError(
                    bundle
                        ? $"{option.Name} applies to CSV files and cannot be combined with --bundle."
                        : $"{option.Name} applies to bundles. Add --bundle."
                );
        }

        long bytes = 2L * result.GetValue(_items) * result.GetValue(_dimension);
        if (bundle && bytes > SynthBundleOptions.MaxVectorBytes)
            result.AddError(
                $"--items times --dimension gives {bytes:N0} bytes of vectors, but the ranker can hold only "
                    + $"{SynthBundleOptions.MaxVectorBytes:N0}."
            );
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string directory = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(_out));
        if (!OutputDirectory.Check(directory, parsed.GetValue(_force), parsed.InvocationConfiguration.Error))
            return Task.FromResult(ExitCode.BadInput);
        return parsed.GetValue(_bundle)
            ? WriteBundleAsync(parsed, directory, cancellation)
            : WriteShopAsync(parsed, directory, cancellation);
    }

    private async Task<int> WriteBundleAsync(ParseResult parsed, string directory, CancellationToken cancellation)
    {
        var options = new SynthBundleOptions
        {
            Name = parsed.GetValue(_name) ?? Path.GetFileName(Path.GetFullPath(directory)),
            Users = parsed.GetValue(_users),
            Items = parsed.GetValue(_items),
            Dimension = parsed.GetValue(_dimension),
            Clusters = parsed.GetValue(_clusters),
            History = parsed.GetValue(_history),
            Half = parsed.GetValue(_half),
            Int8 = parsed.GetValue(_int8),
            Seed = parsed.GetValue(_seed),
        };
        await ProgressDisplay
            .RunAsync(
                parsed.InvocationConfiguration.Error,
                progress =>
                    Task.Run(
                        async () =>
                        {
                            await new SynthBundle(options).WriteAsync(directory, progress, cancellation).ConfigureAwait(false);
                            return true;
                        },
                        cancellation
                    )
            )
            .ConfigureAwait(false);
        await parsed
            .InvocationConfiguration.Output.WriteLineAsync(
                $"Bundle {options.Name} with {options.Items:N0} items and {options.Users:N0} users written to {directory}."
            )
            .ConfigureAwait(false);
        return ExitCode.Success;
    }

    private async Task<int> WriteShopAsync(ParseResult parsed, string directory, CancellationToken cancellation)
    {
        var options = new SynthOptions
        {
            Users = parsed.GetValue(_users),
            Items = parsed.GetValue(_items),
            Seed = parsed.GetValue(_seed),
            Days = parsed.GetValue(_days),
            InteractionsPerUser = parsed.GetValue(_interactions),
            Plain = parsed.GetValue(_plain),
        };
        using var staging = new StagedDirectory(directory);
        long events = await ProgressDisplay
            .RunAsync(
                parsed.InvocationConfiguration.Error,
                progress => Task.Run(() => SynthShop.Write(options, staging.Path, progress, cancellation), cancellation)
            )
            .ConfigureAwait(false);
        staging.Publish();
        await parsed
            .InvocationConfiguration.Output.WriteLineAsync(
                $"{events:N0} events of {options.Users:N0} users with {options.Items:N0} items written to {directory}."
            )
            .ConfigureAwait(false);
        return ExitCode.Success;
    }
}
