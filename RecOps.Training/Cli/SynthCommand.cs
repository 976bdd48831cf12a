using System.CommandLine;
using RecOps.Training.Progress;
using RecOps.Training.Synth;

namespace RecOps.Training.Cli;

/// <summary><c>synth</c>: a made-up shop.</summary>
internal sealed class SynthCommand : Command
{
    private readonly Option<int> _users = new Option<int>("--users") { Description = "Number of users, 1 to 10,000,000.", HelpName = "n", Required = true }.Between(1, 10_000_000);

    private readonly Option<int> _items = new Option<int>("--items") { Description = "Number of items, 1 to 10,000,000.", HelpName = "n", Required = true }.Between(1, 10_000_000);

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The same seed and sizes give the same shop on any machine.", HelpName = "n", DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _out = new("--out") { Description = "Directory for the files.", HelpName = "directory", Required = true };

    private readonly Option<int> _days = new Option<int>("--days")
    {
        Description = "Days of history, 1 to 3650.", HelpName = "n", DefaultValueFactory = _ => 365,
    }.Between(1, 3650);

    private readonly Option<double> _interactions = new Option<double>("--interactions-per-user")
    {
        Description = "Mean number of events of a user over a year, about, 0.1 to 2000.", HelpName = "n", DefaultValueFactory = _ => 60,
    }.Between(0.1, 2000);

    private readonly Option<bool> _plain = new("--plain") { Description = "Write CSV without gzip." };

    private readonly Option<bool> _force = new("--force") { Description = "Replace what is at --out." };

    public SynthCommand()
        : base("synth", "Make up a believable shop, as CSV files or straight as a bundle.")
    {
        Options.Add(_users);
        Options.Add(_items);
        Options.Add(_seed);
        Options.Add(_out);
        Options.Add(_days);
        Options.Add(_interactions);
        Options.Add(_plain);
        Options.Add(_force);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        string directory = parsed.GetRequiredValue(_out);
        if (!OutputDirectory.Check(directory, parsed.GetValue(_force), error)) return ExitCode.BadInput;
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
        long events = await ProgressDisplay.RunAsync(
            error, progress => Task.Run(() => SynthShop.Write(options, staging.Path, progress, cancellation), cancellation)).ConfigureAwait(false);
        staging.Publish();
        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            $"{events:N0} events of {options.Users:N0} users with {options.Items:N0} items in {directory}.").ConfigureAwait(false);
        return ExitCode.Success;
    }
}
