using System.Text.Json;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Bundles;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.PlainRules;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>Trains on a shop's data and publishes the bundle if the model is fit to ship.</summary>
internal sealed class Trainer(TrainOptions options, ShopData data)
{
    private const string TrialFile = "trial.json";
    private readonly TimeSplit _split = TimeSplit.ByShare(data.Interactions, options.Holdout);

    /// <summary>Trains, measures the model on the held-out events, and publishes the bundle if it is fit.</summary>
    /// <returns>Null when no events were held out.</returns>
    /// <exception cref="TrainingException">Nothing can be learned from the data.</exception>
    public Task<EvaluationReport?> RunAsync(ITrainingProgress progress, CancellationToken cancellation)
    {
        // Fails before training, which takes hours: without a test set there is no report. Data without purchases gets its own message.
        MeasuredBaselines? baselines = null;
        if (_split.Cut is not null && data.Interactions.Types.Any(type => type >= data.Interactions.Target))
        {
            baselines = BaselineEvaluation.Run(data, _split, TestSet.Create(data, _split), progress, cancellation);
            progress.Say(EarlyLook.Describe(baselines));
        }

        return options.Preset == TrainingPreset.Plain
            ? RunPlainAsync(baselines, progress, cancellation)
            : RunDistilledAsync(baselines, progress, cancellation);
    }

    public static bool IsFit(TrainOptions options, EvaluationReport? report) => options.ShipAnyway || report is not { Verdict.Fit: false };

    private async Task<EvaluationReport?> RunPlainAsync(
        MeasuredBaselines? baselines,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        using var bundle = new BundleWriter(options.Output);
        LearningTrial.Choice trial = LearningTrial.Choose(options, data, _split, progress, cancellation);
        Tell(trial, progress);
        using TrainingSet set = TrainingSet.Build(data, _split, options.History);
        var recipe = new LearningRecipe { Seed = options.Seed };
        recipe = recipe with { Epochs = options.Epochs ?? trial.Epochs ?? recipe.Epochs, SharesTraits = trial.SharesTraits };
        using Trained<RankerNetwork> student = new ModelTraining(set, progress, cancellation).TrainStudent(
            (options with { ReadsEvents = trial.ReadsEvents }).StudentShape(data),
            recipe,
            "Learning"
        );
        BundleManifest manifest = await new BundleAssembly(options.Name, options.Int8, set)
            .WriteAsync(bundle, student, options.Seed, progress, cancellation)
            .ConfigureAwait(false);
        EvaluationReport? report = null;
        if (_split.Cut is not null)
        {
            bundle.WriteManifest(manifest);
            report = await ModelReport
                .CreateAsync(data, _split, [bundle.Staging], [], baselines, progress, cancellation)
                .ConfigureAwait(false);
            report = WithNote(report, trial.Note);
            await File.WriteAllBytesAsync(bundle.PathOf(BundleFile.Report), report.ToJson(), cancellation).ConfigureAwait(false);
        }

        if (!IsFit(options, report))
            return await RunPlainRuleAsync(bundle.Staging, report!, baselines!, progress, cancellation).ConfigureAwait(false);
        bundle.Publish(manifest);
        return report;
    }

    private async Task<EvaluationReport?> RunDistilledAsync(
        MeasuredBaselines? baselines,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        WorkDirectory work = WorkDirectory.Open(options.Output, options.Fingerprint(data));
        if (work.ReplacedOther)
            progress.Say($"{work.Path} held the work of a training with other data or options. It was deleted; this one starts afresh.");
        LearningTrial.Choice trial = TrialOf(work, progress, cancellation);
        Tell(trial, progress);
        TrainOptions chosen = options with
        {
            Epochs = options.Epochs ?? trial.Epochs,
            SharesTraits = trial.SharesTraits,
            ReadsEvents = trial.ReadsEvents,
        };
        (string bundle, string control, EvaluationReport? report, MeasuredBaselines? compared) = await new DistilledTraining(
            chosen,
            data,
            _split,
            work
        )
            .RunAsync(baselines, progress, cancellation)
            .ConfigureAwait(false);
        report = report is null ? null : WithNote(report, trial.Note);
        if (!IsFit(options, report))
            return await RunPlainRuleAsync(bundle, report!, baselines!, progress, cancellation).ConfigureAwait(false);
        if (options.ControlOutput is { } directory)
        {
            EvaluationReport? own = _split.Cut is null
                ? null
                : await ModelReport.CreateAsync(data, _split, [control], [], compared, progress, cancellation).ConfigureAwait(false);
            BundlePublishing.Publish(control, directory, Path.GetFileName(directory), own, teachers: false);
        }

        BundlePublishing.Publish(bundle, options.Output, options.Name, report, options.KeepTeachers);
        work.Delete();
        return report;
    }

    /// <returns>The report of the bundle that was written instead; the student's, which is not fit, when none was.</returns>
    private async Task<EvaluationReport?> RunPlainRuleAsync(
        string student,
        EvaluationReport report,
        MeasuredBaselines baselines,
        ITrainingProgress progress,
        CancellationToken cancellation
    ) =>
        await PlainRuleBundle
            .PublishAsync(student, report, options.Output, options.Name, data, _split, baselines, progress, cancellation)
            .ConfigureAwait(false)
        ?? report;

    private LearningTrial.Choice TrialOf(WorkDirectory work, ITrainingProgress progress, CancellationToken cancellation)
    {
        if (work.Has(TrialFile))
            return JsonSerializer.Deserialize<LearningTrial.Choice>(File.ReadAllText(work.At(TrialFile)))!;
        LearningTrial.Choice trial = LearningTrial.Choose(options, data, _split, progress, cancellation);
        work.Write(TrialFile, path => File.WriteAllText(path, JsonSerializer.Serialize(trial)));
        return trial;
    }

    /// <summary>At once, and also where there will be no report.</summary>
    private static void Tell(LearningTrial.Choice trial, ITrainingProgress progress)
    {
        if (trial.Note is { } note)
            progress.Say(note);
    }

    private static EvaluationReport WithNote(EvaluationReport report, string? note) =>
        note is null ? report : report with { Notes = [note, .. report.Notes ?? []] };
}
