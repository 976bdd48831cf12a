using System.CommandLine;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Distillation;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Progress;

namespace RecOps.Training.Cli;

/// <summary><c>distil</c>: trains a new student from a bundle's own teachers.</summary>
internal sealed class DistilCommand : Command
{
    private static readonly DistillationSettings Default = DistillationSettings.Default;
    private readonly ImportOptionSet _import;

    private readonly Option<string> _bundle = new("--bundle")
    {
        Description = "Directory of a bundle that carries its teachers.",
        HelpName = "directory",
        Required = true,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Directory for the new bundle. Default: replace the old one.",
        HelpName = "directory",
    };

    private readonly Option<double> _alpha = new Option<double>("--alpha")
    {
        Description = "Weight of the teachers in the loss, 0 to 1; the rest is what shoppers bought.",
        HelpName = "share",
        DefaultValueFactory = _ => Default.Alpha,
    }.Between(0, 1);

    private readonly Option<double> _temperature = new Option<double>("--temperature")
    {
        Description = "Distillation temperature: the teachers' logits are divided by it, 0.1 to 100.",
        HelpName = "n",
        DefaultValueFactory = _ => Default.Temperature,
    }.Between(0.1, 100);

    private readonly Option<double> _listwise = new Option<double>("--listwise")
    {
        Description = "Weight of the listwise loss, which follows the teachers' order at the top, 0 to 100.",
        HelpName = "n",
        DefaultValueFactory = _ => Default.Listwise,
    }.Between(0, 100);

    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "Random seed; the same data, options and seed give the same student. Default: the bundle's seed.",
        HelpName = "n",
    };

    private readonly Option<int?> _dimension = new Option<int?>("--dimension")
    {
        Description = "Length of user and item vectors, 8 to 512. Default: the bundle's.",
        HelpName = "n",
    }.Between(8, 512);

    private readonly Option<int?> _epochs = new Option<int?>("--epochs")
    {
        Description = "Passes over the data, 1 to 1000.",
        HelpName = "n",
    }.Between(1, 1000);

    private readonly Option<bool> _shipAnyway = new("--ship-anyway")
    {
        Description = "Write the bundle even when a plain baseline beats the model.",
    };

    public DistilCommand()
        : base("distil", "Train a new student for a bundle from the teachers it carries.")
    {
        Options.Add(_bundle);
        _import = new ImportOptionSet(this);
        Options.Add(_out);
        Options.Add(_alpha);
        Options.Add(_temperature);
        Options.Add(_listwise);
        Options.Add(_seed);
        Options.Add(_dimension);
        Options.Add(_epochs);
        Options.Add(_shipAnyway);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        string bundle = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(_bundle));
        var options = new DistilOptions
        {
            Import = _import.Read(parsed),
            Bundle = bundle,
            Output = parsed.GetValue(_out) is { } directory ? Path.TrimEndingDirectorySeparator(directory) : bundle,
            Settings = new DistillationSettings(parsed.GetValue(_alpha), parsed.GetValue(_temperature), parsed.GetValue(_listwise), 0),
            Seed = parsed.GetValue(_seed),
            Dimension = parsed.GetValue(_dimension),
            Epochs = parsed.GetValue(_epochs),
            ShipAnyway = parsed.GetValue(_shipAnyway),
        };
        if (options.Output != bundle && !OutputDirectory.Check(options.Output, force: false, error))
            return ExitCode.BadInput;
        ShopData? data = await ImportStep.RunAsync(options.Import, output, error, cancellation).ConfigureAwait(false);
        if (data is null)
            return ExitCode.BadInput;
        try
        {
            InteractionType target = EventNames.TargetOf(Bundle.ReadManifest(bundle));
            EvaluationReport? report = await ProgressDisplay
                .RunAsync(
                    error,
                    progress =>
                        Task.Run(() => new Redistillation(options, data.Predicting(target)).RunAsync(progress, cancellation), cancellation)
                )
                .ConfigureAwait(false);
            if (report is not null)
                EvaluationTable.Write(report, output);
            if (!options.ShipAnyway && report is { Verdict.Fit: false })
            {
                string path = ReportFile.BesideBundle(options.Output);
                ReportFile.Write(report, path);
                await error
                    .WriteLineAsync(
                        $"No bundle was written, because a plain baseline beats the new student. The old bundle is unchanged; the report is in "
                            + $"{path}."
                    )
                    .ConfigureAwait(false);
                return ExitCode.BadInput;
            }

            await output.WriteLineAsync($"Bundle written to {options.Output}.").ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (TrainingException problem)
        {
            await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return ExitCode.BadInput;
        }
    }
}
