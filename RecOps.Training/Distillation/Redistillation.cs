using System.Globalization;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Bundles;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Models.Learning;
using RecOps.Training.Progress;

namespace RecOps.Training.Distillation;

/// <summary>
/// Trains a new student for a bundle, from the teachers it carries and the data they were trained on.
/// 1. Split the data at the cut that the bundle records, and check that it is the teachers' own data.
/// 2. Train the control and build the candidate pools from its top items.
/// 3. Have the bundle's ensemble score the pools, and distil the student.
/// 4. Measure student and control on the events after the cut; publish the bundle if no plain baseline beats the student.
/// </summary>
internal sealed class Redistillation(DistilOptions options, ShopData data)
{
    /// <returns>The figures of the new student; null for a bundle that was trained on all events.</returns>
    /// <exception cref="TrainingException">The bundle carries no teachers, or the data is not what they were trained on.</exception>
    public async Task<EvaluationReport?> RunAsync(ITrainingProgress progress, CancellationToken cancellation)
    {
        BundleManifest old = Bundle.ReadManifest(options.Bundle);
        TimeSplit split = SplitOf(old);
        string ensemble = Path.Combine(options.Bundle, BundleFile.Ensemble);
        if (!File.Exists(ensemble))
            throw new TrainingException(
                $"{options.Bundle} has no {BundleFile.Ensemble} to distil from. Train it with --preset quick or full, and leave out "
                    + $"--without-teachers."
            );
        int seed = options.Seed ?? old.Training!.Seed;
        using TrainingSet set = TrainingSet.Build(data, split, old.Counts.History);
        var training = new ModelTraining(set, progress, cancellation);
        var shape = new RankerShape
        {
            Items = data.Catalog.Count,
            Dimension = options.Dimension ?? old.Dimension,
            History = old.Counts.History,
            ReadsEvents = old.Ranker.HistoryTypes is not null,
            Features = TrainingSet.Features,
        };
        var recipe = new LearningRecipe { Seed = seed };
        if (options.Epochs is { } epochs)
            recipe = recipe with { Epochs = epochs };

        // Its top items are among those the teachers score.
        using Trained<RankerNetwork> control = training.TrainStudent(shape, recipe, "control");
        LessonPools pools = LessonPools.Build(set, control.Network, recipe, progress, cancellation);
        using var session = new TeacherSession(ensemble, old.Ranker);
        var answers = new TeacherAnswers(pools, null, session.Score(set.Reader, pools, "Teachers' scores", progress, cancellation));
        using Trained<RankerNetwork> student = DistilledRun.Distil(training, shape, recipe, answers, options.Settings, "student");
        var assembly = new BundleAssembly(old.Name, old.Files.ContainsKey(BundleFile.RankerInt8), set);
        using var bundle = new BundleWriter(options.Output);
        BundleManifest manifest = await assembly.WriteAsync(bundle, student, seed, progress, cancellation).ConfigureAwait(false);
        manifest = manifest with { Version = Next(old.Version) };
        foreach (string file in old.Files.Keys.Where(file => file.StartsWith(BundleFile.Teachers + "/", StringComparison.Ordinal)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(bundle.PathOf(file))!);
            File.Copy(Path.Combine(options.Bundle, file), bundle.PathOf(file));
        }

        EvaluationReport? report = null;
        if (split.Cut is not null)
        {
            bundle.WriteManifest(manifest);
            using var other = new BundleWriter(options.Output + ".control");
            other.WriteManifest(await assembly.WriteAsync(other, control, seed, progress, cancellation).ConfigureAwait(false));
            report = await ModelReport
                .CreateAsync(data, split, [bundle.Staging], [other.Staging], null, progress, cancellation)
                .ConfigureAwait(false);
            DistillationSettings s = options.Settings;
            report = report with { Distillation = new DistillationRecord("kept", s.Alpha, s.Temperature, s.Listwise, 0, null) };
            await File.WriteAllBytesAsync(bundle.PathOf(BundleFile.Report), report.ToJson(), cancellation).ConfigureAwait(false);
        }

        if (options.ShipAnyway || report is not { Verdict.Fit: false })
            bundle.Publish(manifest);
        return report;
    }

    private static string Next(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (number + 1).ToString(CultureInfo.InvariantCulture)
            : version + "-distilled";

    /// <summary>The teachers' own split, so that neither they nor the new student have seen the test set.</summary>
    private TimeSplit SplitOf(BundleManifest old)
    {
        TrainingRecord record =
            old.Training
            ?? throw new TrainingException(
                $"{options.Bundle} does not record what it was trained on, so its teachers cannot be used again."
            );
        TimeSplit split = record.Cut is { } cut
            ? TimeSplit.At(data.Interactions, cut.ToUnixTimeSeconds())
            : TimeSplit.ByShare(data.Interactions, 0);
        if (split.TrainRows != record.Events || data.Catalog.Count != old.Counts.Items || data.Users.Count != old.Counts.Users)
        {
            throw new TrainingException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"This is not the data that the teachers of {options.Bundle} were trained on. They saw {record.Events:N0} events, "
                        + $"{old.Counts.Items:N0} items and {old.Counts.Users:N0} users; it has {split.TrainRows:N0}, "
                        + $"{data.Catalog.Count:N0} and {data.Users.Count:N0}."
                )
            );
        }

        return split;
    }
}
