using System.CommandLine;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Distillation;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Cli;

/// <summary><c>train</c>: trains a model on a shop's data and writes a bundle.</summary>
internal sealed class TrainCommand : Command
{
    private readonly ImportOptionSet _import;

    private readonly Option<string> _out = new("--out")
    {
        Description = "Directory for the bundle. It appears only when it is complete.",
        HelpName = "directory",
        Required = true,
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "Name of the bundle. Default: the last part of --out.",
        HelpName = "name",
    };

    private readonly Option<TrainingPreset> _preset = new Option<TrainingPreset>("--preset")
    {
        Description =
            "quick: trains five teachers, the student they teach, and the same student without teachers, with one seed. full: the same "
            + "with five seeds, after tuning the settings on the last weeks before the cut. plain: the student alone, without teachers. "
            + "Finished steps are kept beside --out until the bundle is written, so the same command resumes an interrupted training.",
        HelpName = "plain|quick|full",
        DefaultValueFactory = _ => TrainingPreset.Quick,
    }.OneOf();

    private readonly Option<bool> _withoutTeachers = new("--without-teachers")
    {
        Description = "Leave the teachers out of the bundle. The report still has their figures, but distil will not work.",
    };

    private readonly Option<string?> _controlOut = new("--control-out")
    {
        Description = "Directory for the control bundle (the same student without teachers), to compare against in production.",
        HelpName = "directory",
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Random seed; the same data, options and seed give the same model.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _dimension = new Option<int>("--dimension")
    {
        Description = "Length of user and item vectors, 8 to 512.",
        HelpName = "n",
        DefaultValueFactory = _ => 64,
    }.Between(8, 512);

    private readonly Option<int> _history = new Option<int>("--history")
    {
        Description = "Newest history items kept per user, 1 to 1024.",
        HelpName = "n",
        DefaultValueFactory = _ => 128,
    }.Between(1, 1024);

    private readonly Option<double> _holdout = new Option<double>("--holdout")
    {
        Description = "Share of the newest events held out from training to evaluate the model, 0 to 0.5. 0 trains on all events.",
        HelpName = "share",
        DefaultValueFactory = _ => 0.1,
    }.Between(0, 0.5);

    private readonly Option<InteractionType> _target = new Option<InteractionType>("--target")
    {
        Description =
            "What to predict: purchase, cart, click or view. Stronger events count too: whoever buys an item has also looked at it.",
        HelpName = "event",
        DefaultValueFactory = _ => InteractionType.Purchase,
    }.OneOf();

    private readonly Option<int?> _epochs = new Option<int?>("--epochs")
    {
        Description = "Passes over the data, 1 to 1000. Default: each model's own; chosen by a trial where data are sparse.",
        HelpName = "n",
    }.Between(1, 1000);

    private readonly Option<bool> _int8 = new("--int8")
    {
        Description = "Also write an 8-bit ranker. A server on a CPU uses it if it is measurably faster there and ranks the same.",
    };

    private readonly Option<bool> _force = new("--force") { Description = "Replace the content of --out." };

    private readonly Option<bool> _shipAnyway = new("--ship-anyway")
    {
        Description = "Write the trained student even when a plain baseline beats it.",
    };

    public TrainCommand()
        : base("train", "Train a model on a shop's data and write a bundle.")
    {
        _import = new ImportOptionSet(this);
        Options.Add(_out);
        Options.Add(_name);
        Options.Add(_preset);
        Options.Add(_withoutTeachers);
        Options.Add(_controlOut);
        Options.Add(_seed);
        Options.Add(_dimension);
        Options.Add(_history);
        Options.Add(_holdout);
        Options.Add(_target);
        Options.Add(_epochs);
        Options.Add(_int8);
        Options.Add(_force);
        Options.Add(_shipAnyway);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        string directory = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(_out));
        var options = new TrainOptions
        {
            Import = _import.Read(parsed),
            Output = directory,
            Name = parsed.GetValue(_name) ?? Path.GetFileName(Path.GetFullPath(directory)),
            Preset = parsed.GetValue(_preset),
            KeepTeachers = !parsed.GetValue(_withoutTeachers),
            ControlOutput = parsed.GetValue(_controlOut) is { } control ? Path.TrimEndingDirectorySeparator(control) : null,
            Seed = parsed.GetValue(_seed),
            Dimension = parsed.GetValue(_dimension),
            History = parsed.GetValue(_history),
            Holdout = parsed.GetValue(_holdout),
            Target = parsed.GetValue(_target),
            Epochs = parsed.GetValue(_epochs),
            Int8 = parsed.GetValue(_int8),
            ShipAnyway = parsed.GetValue(_shipAnyway),
        };
        if (!OutputDirectory.Check(directory, parsed.GetValue(_force), error))
            return ExitCode.BadInput;
        if (options.ControlOutput is { } other && !OutputDirectory.Check(other, parsed.GetValue(_force), error))
            return ExitCode.BadInput;
        if (options.ControlOutput is not null && options.Preset == TrainingPreset.Plain)
        {
            await error.WriteLineAsync("--control-out needs a preset with teachers. Use --preset quick or full.").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        ShopData? data = await ImportStep.RunAsync(options.Import, output, error, cancellation).ConfigureAwait(false);
        if (data is null)
            return ExitCode.BadInput;
        data = data.Predicting(options.Target);
        try
        {
            EvaluationReport? report = await ProgressDisplay
                .RunAsync(error, progress => Task.Run(() => new Trainer(options, data).RunAsync(progress, cancellation), cancellation))
                .ConfigureAwait(false);
            if (report is not null)
                EvaluationTable.Write(report, output);
            if (report is { Rule: not null })
                await ExplainRuleAsync(report, options, output).ConfigureAwait(false);
            if (!Trainer.IsFit(options, report))
            {
                string path = ReportFile.BesideBundle(options.Output);
                ReportFile.Write(report!, path);
                await error
                    .WriteLineAsync(
                        $"No bundle was written, because a plain baseline beats the model. The report is in {path}. Train on more data, try "
                            + "another --preset, or write the bundle all the same with --ship-anyway."
                    )
                    .ConfigureAwait(false);
                return ExitCode.BadInput;
            }

            await output.WriteLineAsync($"Bundle {options.Name} written to {options.Output}.").ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && WorkDirectory.HasFinishedSteps(directory))
        {
            await error
                .WriteLineAsync(
                    $"Cancelled. Finished steps are kept in {WorkDirectory.PathFor(directory)}. Run the same command to resume."
                )
                .ConfigureAwait(false);
            return ExitCode.Cancelled;
        }
        catch (TrainingException problem)
        {
            await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return ExitCode.BadInput;
        }
    }

    private static async Task ExplainRuleAsync(EvaluationReport report, TrainOptions options, TextWriter output)
    {
        string work = WorkDirectory.PathFor(options.Output);
        string kept = Directory.Exists(work) ? $" What was trained is kept in {work} until then." : "";
        if (options.ControlOutput is { } control)
            kept += $" No control was written to {control}.";
        await output
            .WriteLineAsync(
                $"A plain rule ranks at least as well as the trained student on these data, so the bundle serves it: {report.Rule}. To write the "
                    + $"student all the same, run the same command with --ship-anyway --force.{kept}"
            )
            .ConfigureAwait(false);
    }
}
