using System.Diagnostics.CodeAnalysis;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Bundles;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Models.Rivals;
using RecOps.Training.Models.Teachers;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// <c>train</c> with teachers.
/// 1. Train the control, and say how it compares with the plain baselines.
/// 2. Preset full only: choose the ensemble and the distillation settings before the cut (<see cref="Tuning"/>).
/// 3. For each seed, train teachers, control and student (<see cref="DistilledRun"/>), and write the student's and the control's bundle.
/// 4. Measure the bundles of all seeds side by side on the events after the cut, in preset full with SASRec
/// of the first seed among the baselines.
/// The first seed's bundle is the one to ship.
/// </summary>
internal sealed class DistilledTraining(TrainOptions options, ShopData data, TimeSplit split, WorkDirectory work)
{
    private const int FullSeeds = 5;
    private const string BundlePart = "bundle";
    private const string ControlPart = "control";

    private int Seeds => options.Preset == TrainingPreset.Full ? FullSeeds : 1;

    /// <returns>The bundles' directories in the work directory, and their report; no report when no events were held out.</returns>
    /// <param name="baselines">On the events after the cut; null when no events were held out.</param>
    public async Task<DistilledBundles> RunAsync(MeasuredBaselines? baselines, ITrainingProgress progress, CancellationToken cancellation)
    {
        bool tunes = options.Preset == TrainingPreset.Full;
        using IProgressTask task = progress.Start(work.IsResumed ? "Training, resumed" : "Training", Seeds + (tunes ? 2 : 0) + 1);
        int done = 0;
        if (baselines is not null && !work.IsResumed)
            LookEarly(baselines, task, cancellation);
        Tuning.Choice choice = new(null, DistillationSettings.Default, [], []);
        if (tunes)
        {
            choice = new Tuning(options, data, split, work.Part("tuning"), task, cancellation).Choose();
            task.Report(done += 2, choice.Settings.ToString());
        }

        var bundles = new List<string>();
        var controls = new List<string>();
        for (int i = 0; i < Seeds; i++)
        {
            int seed = options.Seed + i;
            WorkDirectory part = PartOf(seed);
            await WriteAsync(part, seed, choice, withRival: i == 0 && HasRival(baselines), task, cancellation).ConfigureAwait(false);
            bundles.Add(part.At(BundlePart));
            controls.Add(part.At(ControlPart));
            task.Report(++done, $"seed {seed}");
        }

        EvaluationReport? report = null;
        if (split.Cut is not null)
        {
            if (HasRival(baselines))
                baselines = WithRival(baselines, task, cancellation);
            report = await ModelReport.CreateAsync(data, split, bundles, controls, baselines, task, cancellation).ConfigureAwait(false);
            report = report with { Distillation = Record(choice) };
        }

        task.Report(++done, "measured");
        return new DistilledBundles(bundles[0], controls[0], report, baselines);
    }

    /// <summary>Trains the first seed's control and compares it with the baselines, before the teachers take most of the time.</summary>
    private void LookEarly(MeasuredBaselines baselines, ITrainingProgress progress, CancellationToken cancellation)
    {
        using TrainingSet set = TrainingSet.Build(data, split, options.History);
        var run = new DistilledRun(options, set, options.Seed, PartOf(options.Seed), progress, cancellation);
        using Trained<RankerNetwork> control = run.Control();
        progress.Say(EarlyLook.Compare(control, set, TestSet.Create(data, split), baselines, progress, cancellation));
    }

    /// <summary>It takes longer to train than a teacher, and is nothing that a shop could serve.</summary>
    private bool HasRival([NotNullWhen(true)] MeasuredBaselines? baselines) =>
        options.Preset == TrainingPreset.Full && baselines is not null;

    private MeasuredBaselines WithRival(MeasuredBaselines baselines, ITrainingProgress progress, CancellationToken cancellation)
    {
        using TrainingSet set = TrainingSet.Build(data, split, options.History);
        var run = new DistilledRun(options, set, options.Seed, PartOf(options.Seed), progress, cancellation);
        using Trained<SasRec> rival = run.Rival();
        var scorer = new NetworkScorer(DistilledRun.RivalName, rival.Network, rival.Calibration, set);
        ScorerResult result = Evaluator.Run(scorer, TestSet.Create(data, split), progress, cancellation);
        return baselines with { Results = [.. baselines.Results, new ModelResult(result)] };
    }

    private WorkDirectory PartOf(int seed) => work.Part($"seed-{seed}");

    private static DistillationRecord Record(Tuning.Choice choice) =>
        new(
            choice.Gate is null ? "mean" : "gate",
            choice.Settings.Alpha,
            choice.Settings.Temperature,
            choice.Settings.Listwise,
            choice.Settings.EarlyShare,
            choice.Tried.Count > 0 ? choice.Tried : null
        )
        {
            ValidationFirstTime = choice.FirstTime.Count > 0 ? choice.FirstTime : null,
        };

    private async Task WriteAsync(
        WorkDirectory part,
        int seed,
        Tuning.Choice choice,
        bool withRival,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        if (part.Has(Path.Combine(BundlePart, BundleFile.Manifest)))
            return;
        using TrainingSet set = TrainingSet.Build(data, split, options.History);
        var run = new DistilledRun(options, set, seed, part, progress, cancellation);
        run.TrainNetworks(withRival);
        run.ExportTeachers(choice.Gate);
        TeacherAnswers answers = run.Ask();
        var assembly = new BundleAssembly(options.Name, options.Int8, set);
        using (Trained<RankerNetwork> control = run.Control())
        using (var bundle = new BundleWriter(part.At(ControlPart)))
        {
            bundle.Publish(await assembly.WriteAsync(bundle, control, seed, progress, cancellation).ConfigureAwait(false));
        }

        using (Trained<RankerNetwork> student = run.Student(answers, choice.Settings))
        using (var bundle = new BundleWriter(part.At(BundlePart)))
        {
            BundleManifest manifest = await assembly.WriteAsync(bundle, student, seed, progress, cancellation).ConfigureAwait(false);
            Directory.CreateDirectory(bundle.PathOf(BundleFile.Teachers));
            foreach (TeacherRecipe teacher in TeacherRecipe.All)
                File.Copy(run.TeacherPath(teacher), bundle.PathOf($"{BundleFile.Teachers}/{teacher.Name}.onnx"));
            File.Copy(run.EnsemblePath, bundle.PathOf(BundleFile.Ensemble));
            bundle.Publish(manifest);
        }
    }
}

/// <param name="Bundle">Directory of the student's bundle, teachers included.</param>
/// <param name="Control">Directory of the control's bundle.</param>
/// <param name="Report">Null when no events were held out.</param>
/// <param name="Baselines">All that the report compares with; null when no events were held out.</param>
internal sealed record DistilledBundles(string Bundle, string Control, EvaluationReport? Report, MeasuredBaselines? Baselines);
