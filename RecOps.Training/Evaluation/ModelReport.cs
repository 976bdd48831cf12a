using RecOps.Shared.Bundles.Report;
using RecOps.Training.Import;
using RecOps.Training.Models;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// Measures bundles and baselines on one shop's data, side by side.
/// 1. Choose the test users (<see cref="TestSet"/>); the same ones for every model and baseline.
/// 2. Measure each bundle's student and, where available, its teachers, ensemble and control (<see cref="BundleEvaluation"/>).
/// 3. Fit the plain baselines on the training purchases and measure them (<see cref="BaselineEvaluation"/>).
/// 4. Average over the bundles, and bootstrap the differences in NDCG@10 (<see cref="PairedBootstrap"/>).
/// 5. Judge each bundle by <see cref="ShippingRule"/>; one that a baseline beats makes the whole report unfit.
/// </summary>
internal static class ModelReport
{
    /// <param name="split">With a cut; the bundles must not have been trained on later events.</param>
    /// <param name="bundleDirectories">At least one. Several are compared, and averaged as seeds of one model.</param>
    /// <exception cref="RecOps.Shared.Bundles.BundleException">A bundle cannot be used.</exception>
    /// <exception cref="TrainingException">The data has nothing to test on, or a bundle has seen the test set.</exception>
    public static Task<EvaluationReport> CreateAsync(
        ShopData data,
        TimeSplit split,
        IReadOnlyList<string> bundleDirectories,
        ITrainingProgress progress,
        CancellationToken cancellation
    ) => CreateAsync(data, split, bundleDirectories, [], null, progress, cancellation);

    /// <param name="split">With a cut; the bundles must not have been trained on later events.</param>
    /// <param name="bundleDirectories">At least one. Several are compared, and averaged as seeds of one model.</param>
    /// <param name="controlDirectories">Control bundles (the same students without teachers), in the same order; may be empty.</param>
    /// <param name="measured">The baselines on the same split, if they were measured before; null to measure them.</param>
    /// <exception cref="RecOps.Shared.Bundles.BundleException">A bundle cannot be used.</exception>
    /// <exception cref="TrainingException">The data has nothing to test on, or a bundle has seen the test set.</exception>
    public static async Task<EvaluationReport> CreateAsync(
        ShopData data,
        TimeSplit split,
        IReadOnlyList<string> bundleDirectories,
        IReadOnlyList<string> controlDirectories,
        MeasuredBaselines? measured,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(bundleDirectories.Count, nameof(bundleDirectories));
        TestSet test = TestSet.Create(data, split);
        var notes = new List<string>();
        if (test.Users.Length < test.AllUsers)
            notes.Add($"Measured on {test.Users.Length:N0} of {test.AllUsers:N0} test users, spread evenly over all of them.");
        using IProgressTask task = progress.Start("Evaluation", bundleDirectories.Count + 1);
        var bundles = new List<BundleEvaluation>();
        foreach (string directory in bundleDirectories)
        {
            string? control = controlDirectories.ElementAtOrDefault(bundles.Count);
            bundles.Add(
                await BundleEvaluation.RunAsync(data, split, test, directory, control, notes, task, cancellation).ConfigureAwait(false)
            );
            task.Report(bundles.Count);
        }

        measured ??= BaselineEvaluation.Run(data, split, test, task, cancellation);
        notes.AddRange(measured.Notes);
        task.Report(bundles.Count + 1);
        return Summarise(data, split, test, bundles, measured.Results, notes);
    }

    private static EvaluationReport Summarise(
        ShopData data,
        TimeSplit split,
        TestSet test,
        List<BundleEvaluation> bundles,
        IReadOnlyList<ModelResult> baselines,
        List<string> notes
    )
    {
        ModelSet models = Combine(bundles, Mean);
        ModelFigures student = models.Student!;
        double[] students = ByUser(bundles, BundleEvaluation.Student, scores => scores.Ndcg10)!;
        double[]? controls = ByUser(bundles, BundleEvaluation.Control, scores => scores.Ndcg10);
        double[]? ensembles = ByUser(bundles, BundleEvaluation.Ensemble, scores => scores.Ndcg10);
        var groups = new GroupReport(data, split, test, bundles);
        SeedFigures[] seeds = [.. bundles.Select(bundle => Seed(bundle, baselines))];
        return new EvaluationReport
        {
            Split = new SplitFigures(DateTimeOffset.FromUnixTimeSeconds(split.Cut!.Value), split.TrainRows, test.Users.Length),
            Target = EventNames.OtherThanPurchase(data.Interactions.Target),
            Rule = bundles[0].Manifest.Training?.Rule,
            Models = models,
            Baselines = ByName(baselines),
            Retention = Ratio(student.Ndcg10, models.Ensemble?.Ndcg10),
            GapClosed = ShareOfGap(student.Ndcg10, models.Control?.Ndcg10, models.Ensemble?.Ndcg10),
            Speedup = Ratio(models.Ensemble?.BatchMs, student.BatchMs),
            SizeRatio = Ratio(models.Ensemble?.Bytes, student.Bytes),
            Served = Mean([.. bundles.Select(bundle => bundle.Served)]),
            RetrievalRecall200 = bundles.Average(bundle => bundle.Retrieval.Nearest),
            CandidateRecall = bundles.Average(bundle => bundle.Retrieval.Candidates),
            Sources = Sources(bundles),
            Recall20FirstTime = FirstTimeRecall(bundles, baselines),
            Intervals = Intervals(bundles, baselines, scores => scores.Ndcg10),
            IntervalsFirstTime = Intervals(bundles, baselines, scores => scores.Ndcg10FirstTime),
            GapClosedInterval = controls is null || ensembles is null ? null : PairedBootstrap.ShareOfGap(students, controls, ensembles),
            Agreement = Mean(bundles),
            ByHistory = groups.ByHistory(),
            ByCategory = groups.ByCategory(),
            Forms = Forms(bundles),
            Seeds = bundles.Count > 1 ? [.. seeds] : null,
            Deviations = bundles.Count > 1 ? Combine(bundles, Deviation) : null,

            // One unfit bundle makes the whole report unfit.
            Verdict = seeds.FirstOrDefault(seed => !seed.Verdict.Fit)?.Verdict ?? seeds[0].Verdict,
            Notes = notes.Count > 0 ? notes : null,
        };
    }

    private static Dictionary<string, ModelFigures> ByName(IReadOnlyList<ModelResult> baselines) =>
        baselines.ToDictionary(baseline => baseline.Name, baseline => baseline.Figures, StringComparer.Ordinal);

    private static SeedFigures Seed(BundleEvaluation bundle, IReadOnlyList<ModelResult> baselines)
    {
        ModelFigures student = bundle.StudentResult.Figures;
        Dictionary<string, DifferenceInterval> intervals = Intervals(
            bundle.StudentResult.Scores.Ndcg10,
            baselines,
            scores => scores.Ndcg10
        );
        return new SeedFigures(
            bundle.Manifest.Name,
            bundle.Manifest.Version,
            bundle.Manifest.Training?.Seed,
            student,
            bundle.Retrieval.Nearest,
            bundle.Retrieval.Candidates,
            intervals,
            bundle.Manifest.Training?.Rule is { } rule
                ? new ShippingVerdict(true, $"This bundle serves a plain rule: {rule}")
                : ShippingRule.Judge(student, ByName(baselines), intervals)
        );
    }

    /// <summary>The lead of the student over each baseline, the control and the ensemble in one column.</summary>
    private static Dictionary<string, DifferenceInterval> Intervals(
        List<BundleEvaluation> bundles,
        IReadOnlyList<ModelResult> baselines,
        Func<ScorerResult, double[]> column
    )
    {
        double[] student = ByUser(bundles, BundleEvaluation.Student, column)!;
        Dictionary<string, DifferenceInterval> intervals = Intervals(student, baselines, column);
        foreach (string name in new[] { BundleEvaluation.Control, BundleEvaluation.Ensemble })
        {
            if (ByUser(bundles, name, column) is { } other && PairedBootstrap.Difference(student, other) is { } interval)
                intervals[name] = interval;
        }

        return intervals;
    }

    private static Dictionary<string, DifferenceInterval> Intervals(
        double[] student,
        IReadOnlyList<ModelResult> baselines,
        Func<ScorerResult, double[]> column
    )
    {
        var intervals = new Dictionary<string, DifferenceInterval>(StringComparer.Ordinal);
        foreach (ModelResult baseline in baselines)
        {
            if (PairedBootstrap.Difference(student, column(baseline.Scores)) is { } interval)
                intervals[baseline.Name] = interval;
        }

        return intervals;
    }

    /// <summary>A figure of each test user, as a mean over the bundles; null when one of them lacks the model.</summary>
    private static double[]? ByUser(List<BundleEvaluation> bundles, string model, Func<ScorerResult, double[]> column)
    {
        ModelResult?[] results = [.. bundles.Select(bundle => bundle.Find(model))];
        if (results.Contains(null))
            return null;
        var means = new double[column(results[0]!.Scores).Length];
        for (int i = 0; i < means.Length; i++)
            means[i] = results.Average(result => column(result!.Scores)[i]);
        return means;
    }

    private static AgreementFigures? Mean(List<BundleEvaluation> bundles)
    {
        AgreementFigures[] measured = [.. bundles.Select(bundle => bundle.Agreement).OfType<AgreementFigures>()];
        return measured.Length == 0
            ? null
            : new AgreementFigures(measured.Average(one => one.Top10Overlap), measured.Average(one => one.KendallTau));
    }

    private static ServedFigures Mean(ServedFigures[] served) =>
        new(
            served.Average(one => one.Ndcg10),
            Mean(served.Select(one => one.Ndcg10FirstTime)),
            served.Average(one => one.Recall20),
            Mean(served.Select(one => one.Recall20FirstTime))
        );

    private static List<SourceFigures> Sources(List<BundleEvaluation> bundles) =>
        [
            .. bundles
                .SelectMany(bundle => bundle.Retrieval.Sources)
                .GroupBy(source => source.Source, StringComparer.Ordinal)
                .Select(source => new SourceFigures(
                    source.Key,
                    source.Average(one => one.Candidates),
                    source.Average(one => one.Recall),
                    source.Average(one => one.Marginal),
                    source.Average(one => one.MarginalFirstTime)
                )),
        ];

    private static List<FormFigures> Forms(List<BundleEvaluation> bundles) =>
        [
            .. bundles
                .SelectMany(bundle => bundle.Forms)
                .GroupBy(form => form.Precision, StringComparer.Ordinal)
                .Select(form => new FormFigures(
                    form.Key,
                    form.Average(one => one.Bytes),
                    form.Average(one => one.BatchMs),
                    form.Average(one => one.Ndcg10)
                )),
        ];

    private static Dictionary<string, double> FirstTimeRecall(List<BundleEvaluation> bundles, IReadOnlyList<ModelResult> baselines)
    {
        var recalls = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (
            IGrouping<string, ModelResult> model in bundles
                .SelectMany(bundle => bundle.Models)
                .Concat(baselines)
                .GroupBy(model => model.Name)
        )
        {
            if (Mean(model.Select(result => ScorerResult.Mean(result.Scores.Recall20FirstTime))) is { } recall)
                recalls[model.Key] = recall;
        }

        return recalls;
    }

    /// <summary>Combines figures of the same model over the bundles that have it.</summary>
    private static ModelSet Combine(List<BundleEvaluation> bundles, Func<IEnumerable<double?>, double?> combine)
    {
        Dictionary<string, ModelFigures> models = bundles
            .SelectMany(bundle => bundle.Models)
            .GroupBy(model => model.Name, model => model.Figures, StringComparer.Ordinal)
            .ToDictionary(model => model.Key, model => Combine([.. model], combine), StringComparer.Ordinal);
        models.Remove(BundleEvaluation.Student, out ModelFigures? student);
        models.Remove(BundleEvaluation.Control, out ModelFigures? control);
        models.Remove(BundleEvaluation.Ensemble, out ModelFigures? ensemble);
        return new ModelSet
        {
            Student = student,
            Control = control,
            Ensemble = ensemble,
            Teachers = models.Count > 0 ? models : null,
        };
    }

    private static ModelFigures Combine(ModelFigures[] figures, Func<IEnumerable<double?>, double?> combine) =>
        new(
            combine(figures.Select(f => (double?)f.Ndcg10)) ?? 0,
            combine(figures.Select(f => f.Ndcg10FirstTime)),
            combine(figures.Select(f => (double?)f.Recall20)) ?? 0,
            combine(figures.Select(f => f.Auc)),
            combine(figures.Select(f => f.LogLoss)),
            combine(figures.Select(f => f.Bytes)),
            combine(figures.Select(f => f.BatchMs))
        );

    private static double? Mean(IEnumerable<double?> values) => values.Average();

    /// <summary>Sample standard deviation; null for fewer than two values.</summary>
    private static double? Deviation(IEnumerable<double?> values)
    {
        double[] present = [.. values.OfType<double>()];
        if (present.Length < 2)
            return null;
        double mean = present.Average();
        return Math.Sqrt(present.Sum(value => (value - mean) * (value - mean)) / (present.Length - 1));
    }

    /// <summary>Null when the ensemble is no better than the control: there is no gap to close.</summary>
    internal static double? ShareOfGap(double student, double? control, double? ensemble) =>
        ensemble > control ? (student - control) / (ensemble - control) : null;

    private static double? Ratio(double? part, double? whole) => whole is null or 0 ? null : part / whole;
}
