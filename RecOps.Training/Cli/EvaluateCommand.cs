using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Progress;

namespace RecOps.Training.Cli;

/// <summary><c>evaluate</c>: measures bundles on the same data, side by side.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly ImportOptionSet _import;

    private readonly Option<string[]> _bundles = new("--bundle")
    {
        Description = "Directory of a bundle; repeat the option to compare several.",
        HelpName = "directory",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _controls = new("--control")
    {
        Description = "Directory of the control bundle (the same student without teachers); one for each --bundle, in the same order.",
        HelpName = "directory",
    };

    private readonly Option<long?> _cut = new("--cut")
    {
        Description =
            "Events after this time are the test set; ISO 8601 or Unix seconds. No bundle may have been trained on later events. "
            + "Default: the time recorded in the bundles.",
        HelpName = "time",
        CustomParser = ParseTime,
    };

    private readonly Option<string?> _out = new("--out") { Description = "File to write the figures to, as JSON.", HelpName = "file" };

    public EvaluateCommand()
        : base("evaluate", "Measure bundles on a shop's data and print the figures side by side.")
    {
        Options.Add(_bundles);
        Options.Add(_controls);
        _import = new ImportOptionSet(this);
        Options.Add(_cut);
        Options.Add(_out);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        var options = new EvaluateOptions
        {
            Import = _import.Read(parsed),
            Bundles = parsed.GetRequiredValue(_bundles),
            Controls = parsed.GetValue(_controls) ?? [],
            Cut = parsed.GetValue(_cut),
            Output = parsed.GetValue(_out),
        };
        if (Directory.Exists(options.Output))
        {
            await error.WriteLineAsync($"{options.Output} is a directory, but --out must be a file.").ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        if (options.Controls.Count > 0 && options.Controls.Count != options.Bundles.Count)
        {
            await error
                .WriteLineAsync(
                    $"--control is given {options.Controls.Count} times, but --bundle {options.Bundles.Count} times. Give one control for "
                        + $"each bundle."
                )
                .ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        try
        {
            BundleManifest[] manifests = [.. options.Bundles.Select(Bundle.ReadManifest)];
            long cut = HonestCut.Choose(manifests, options.Cut);
            InteractionType[] targets = [.. manifests.Select(EventNames.TargetOf).Distinct()];
            if (targets.Length > 1)
            {
                throw new TrainingException(
                    $"The bundles predict different things: {string.Join(" and ", targets.Select(EventNames.Of))}. Evaluate them one by "
                        + $"one."
                );
            }
            ShopData? data = await ImportStep.RunAsync(options.Import, output, error, cancellation).ConfigureAwait(false);
            if (data is null)
                return ExitCode.BadInput;
            data = data.Predicting(targets[0]);
            TimeSplit split = TimeSplit.At(data.Interactions, cut);
            EvaluationReport report = await ProgressDisplay
                .RunAsync(
                    error,
                    progress =>
                        Task.Run(
                            () => ModelReport.CreateAsync(data, split, options.Bundles, options.Controls, null, progress, cancellation),
                            cancellation
                        )
                )
                .ConfigureAwait(false);
            EvaluationTable.Write(report, output);
            if (options.Output is not null)
                ReportFile.Write(report, options.Output);
            return ExitCode.Success;
        }
        catch (TrainingException problem)
        {
            await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return ExitCode.BadInput;
        }
    }

    private static long? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (FieldParser.TryParseTime(Encoding.UTF8.GetBytes(text), out long time))
            return time;
        result.AddError($"--cut is '{text}'; it must be a time such as 2026-01-31T12:00:00Z, or Unix seconds.");
        return null;
    }
}
