using System.CommandLine;
using RecOps.Training.Import;

namespace RecOps.Training.Cli;

/// <summary><c>evaluate</c>: how good bundles are on data, side by side.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly ImportOptionSet _import;

    private readonly Option<string[]> _bundles = new("--bundle")
    {
        Description = "Directory of a bundle; give the option again to compare several.", HelpName = "directory", Required = true, Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _out = new("--out") { Description = "File for the figures as JSON.", HelpName = "file" };

    public EvaluateCommand()
        : base("evaluate", "Measure bundles on a shop's data and print the figures side by side.")
    {
        Options.Add(_bundles);
        _import = new ImportOptionSet(this);
        Options.Add(_out);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new EvaluateOptions
        {
            Import = _import.Read(parsed),
            Bundles = parsed.GetRequiredValue(_bundles),
            Output = parsed.GetValue(_out),
        };
        ShopData? data = await ImportStep.RunAsync(
            options.Import, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation).ConfigureAwait(false);
        if (data is null) return ExitCode.BadInput;
        return ExitCode.Success;
    }
}
