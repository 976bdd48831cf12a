using System.CommandLine;
using RecOps.Training.Import;

namespace RecOps.Training.Cli;

/// <summary>The options that name a shop's files. Every command that reads data shares them.</summary>
internal sealed class ImportOptionSet
{
    private readonly Option<string> _interactions = new("--interactions")
    {
        Description =
            "CSV of events, plain or gzip: user_id,item_id,event,timestamp and optionally quantity,price. Events are view, click, cart and "
            + "purchase; timestamps are ISO 8601 or Unix seconds.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<string> _catalog = new("--catalog")
    {
        Description =
            "CSV of items, plain or gzip: item_id and any of title,category,brand,price,in_stock. Other columns become attributes.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<string?> _users = new("--users")
    {
        Description = "CSV of users, plain or gzip: user_id and any of country,segment.",
        HelpName = "file",
    };

    private readonly Option<bool> _skipBadRows = new("--skip-bad-rows")
    {
        Description = "Skip rows that have a problem and report how many there were. Without it, any bad row stops the command.",
    };

    private readonly Option<int> _maxProblems = new Option<int>("--max-problems")
    {
        Description = "Number of data problems to print; the rest are only counted.",
        HelpName = "n",
        DefaultValueFactory = _ => ImportReport.DefaultKept,
    }.Between(0, 1_000_000);

    public ImportOptionSet(Command command)
    {
        command.Add(_interactions);
        command.Add(_catalog);
        command.Add(_users);
        command.Add(_skipBadRows);
        command.Add(_maxProblems);
    }

    public ImportOptions Read(ParseResult parsed) =>
        new()
        {
            Interactions = parsed.GetRequiredValue(_interactions),
            Catalog = parsed.GetRequiredValue(_catalog),
            Users = parsed.GetValue(_users),
            SkipBadRows = parsed.GetValue(_skipBadRows),
            MaxProblems = parsed.GetValue(_maxProblems),
        };
}
