using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>The figures of one bundle: its student and, where available, its teachers, ensemble and control.</summary>
/// <param name="Models">The student is first.</param>
/// <param name="Agreement">Null without an ensemble.</param>
/// <param name="Forms">The student in each precision, fp32 first.</param>
/// <param name="Served">The student's lists as the engine makes them.</param>
internal sealed record BundleEvaluation(
    BundleManifest Manifest,
    IReadOnlyList<ModelResult> Models,
    RetrievalRecall Retrieval,
    AgreementFigures? Agreement,
    IReadOnlyList<FormFigures> Forms,
    ServedFigures Served
)
{
    public const string Student = "student";
    public const string Control = "control";
    public const string Ensemble = "ensemble";
    private const string TeacherFolder = "teachers/";
    private const string OnnxSuffix = ".onnx";

    /// <summary>Scores of one large model, beyond which it is measured on a sample of the test users.</summary>
    private const double MostLargeScores = 10e6;

    private const int FewestSampled = 500;

    private static readonly (string Precision, string File)[] ServedForms =
    [
        ("fp16", BundleFile.RankerHalf),
        ("int8", BundleFile.RankerInt8),
    ];

    public ModelResult StudentResult => Models[0];

    public ModelResult? Find(string name) => Models.FirstOrDefault(model => model.Name == name);

    /// <summary>
    /// Measures ranker.onnx as the student, and each teachers/NAME.onnx under its name. <c>control</c> and <c>ensemble</c> are not
    /// teachers: they are the undistilled student and the model that the student was distilled from. A control with its own item
    /// vectors is a bundle of its own.
    /// </summary>
    /// <param name="control">Directory of the undistilled student's bundle; null when there is none.</param>
    /// <param name="notes">Receives notes for the reader of the report.</param>
    /// <exception cref="BundleException">The bundle cannot be used.</exception>
    /// <exception cref="TrainingException">It was trained on the test set, or its scores are not finite numbers.</exception>
    public static async Task<BundleEvaluation> RunAsync(
        ShopData data,
        TimeSplit split,
        TestSet test,
        string directory,
        string? control,
        List<string> notes,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        using Bundle bundle = Bundle.Open(directory);
        BundleManifest manifest = bundle.Manifest;
        HonestCut.Verify(manifest, split.Cut!.Value);
        BundleItems items = BundleItems.Read(bundle, data.Catalog, cancellation);
        AddNotes(manifest, items, split, notes);
        ShopperInputs inputs = ShopperInputs.Create(data, split, test.Users, bundle, items);
        (string Name, string File)[] rankers =
        [
            (Student, BundleFile.Ranker),
            .. manifest
                .Files.Keys.Where(file =>
                    file.StartsWith(TeacherFolder, StringComparison.Ordinal) && file.EndsWith(OnnxSuffix, StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
                .Select(file => (file[TeacherFolder.Length..^OnnxSuffix.Length], file)),
        ];
        using IProgressTask task = progress.Start(manifest.Name, rankers.Length + 3);
        (string Precision, string File)[] forms = [.. ServedForms.Where(form => manifest.Files.ContainsKey(form.File))];
        double[] times = BatchTimer.Measure(
            bundle,
            [.. rankers.Select(ranker => ranker.File), .. forms.Select(form => form.File)],
            inputs,
            test.Users
        );
        var own = new Measuring(data, test, bundle, items, inputs, task, cancellation);
        var models = new List<ModelResult> { own.Of(Student, BundleFile.Ranker, times[0]) };
        task.Report(1, Student);
        (AgreementFigures? agreement, ModelResult[] teachers) = own.LargeModels(rankers[1..], times.AsSpan(1), models[0], notes);
        models.AddRange(teachers);
        task.Report(rankers.Length, "teachers");
        if (control is not null)
            models.Add(MeasureControl(data, split, test, control, notes, task, cancellation));
        List<FormFigures> figures = [new("fp32", models[0].Bytes!.Value, times[0], models[0].Figures.Ndcg10)];
        for (int i = 0; i < forms.Length; i++)
        {
            ModelResult form = own.Of(forms[i].Precision, forms[i].File, times[rankers.Length + i]);
            figures.Add(new FormFigures(form.Name, form.Bytes!.Value, form.BatchMs!.Value, form.Figures.Ndcg10));
        }

        RetrievalRecall retrieval = RetrievalRecall.Measure(test, bundle, items, inputs, cancellation);
        task.Report(rankers.Length + 2, "retrieval");
        ServedFigures served = await ServedEvaluation
            .MeasureAsync(directory, data, split, test, notes, task, cancellation)
            .ConfigureAwait(false);
        task.Report(rankers.Length + 3, "as served");
        return new BundleEvaluation(manifest, models, retrieval, agreement, figures, served);
    }

    private static ModelResult MeasureControl(
        ShopData data,
        TimeSplit split,
        TestSet test,
        string directory,
        List<string> notes,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        using Bundle bundle = Bundle.Open(directory);
        HonestCut.Verify(bundle.Manifest, split.Cut!.Value);
        BundleItems items = BundleItems.Read(bundle, data.Catalog, cancellation);
        AddNotes(bundle.Manifest, items, split, notes);
        ShopperInputs inputs = ShopperInputs.Create(data, split, test.Users, bundle, items);
        double batchMs = BatchTimer.Measure(bundle, [BundleFile.Ranker], inputs, test.Users)[0];
        return new Measuring(data, test, bundle, items, inputs, progress, cancellation).Of(Control, BundleFile.Ranker, batchMs);
    }

    private static void AddNotes(BundleManifest manifest, BundleItems items, TimeSplit split, List<string> notes)
    {
        if (items.Missing > 0)
            notes.Add($"{manifest.Name} lacks {items.Missing:N0} of the catalogue's items; they score lowest.");
        if (manifest.Training is null)
            notes.Add($"{manifest.Name} does not record which events it was trained on, so it may have seen the test set.");
        else if (manifest.Training.Events != split.TrainRows)
            notes.Add(
                $"{manifest.Name} was trained on {manifest.Training.Events:N0} events, but the data has {split.TrainRows:N0} up to the cut."
            );
    }

    /// <summary>Everything that measuring one ONNX file of a bundle needs.</summary>
    private sealed record Measuring(
        ShopData Data,
        TestSet Test,
        Bundle Bundle,
        BundleItems Items,
        ShopperInputs Inputs,
        ITrainingProgress Progress,
        CancellationToken Cancellation
    )
    {
        public ModelResult Of(string name, string file, double batchMs)
        {
            using BundleScorer scorer = Scorer(name, file);
            return new ModelResult(Evaluator.Run(scorer, Test, Progress, Cancellation), Bundle.Manifest.Files[file].Bytes, batchMs);
        }

        /// <summary>
        /// The teachers and their ensemble, all in one run if the ensemble's file has their scores as outputs. Where users × items are many,
        /// a sample of the users is scored, and each mean is corrected by how the student, which is scored for all, does on the sample.
        /// </summary>
        public (AgreementFigures? Agreement, ModelResult[] Models) LargeModels(
            (string Name, string File)[] rankers,
            ReadOnlySpan<double> batchMs,
            ModelResult student,
            List<string> notes
        )
        {
            if (rankers.Length == 0)
                return (null, []);
            (TestSet sample, int[] places) = Test.Sample(Math.Max(FewestSampled, (int)(MostLargeScores / Test.ItemCount)));
            var results = new Dictionary<string, ScorerResult>(StringComparer.Ordinal);
            AgreementFigures? agreement = null;
            if (rankers.FirstOrDefault(ranker => ranker.Name == Ensemble) is { File: { } file })
            {
                var shared = new Agreement(student.Scores, places);
                using BundleScorer joint = Scorer(
                    Ensemble,
                    file,
                    [.. rankers.Select(ranker => ranker.Name).Where(name => name != Ensemble)]
                );
                string shown = joint.Names.Count > 1 ? "teachers and ensemble" : Ensemble;
                foreach (ScorerResult result in Evaluator.Run(joint, shown, sample, Progress, Cancellation, shared.Watch))
                    results[result.Name] = result;
                using BundleScorer small = Scorer("agreement", BundleFile.Ranker);
                agreement = shared.With(small, sample, Progress, Cancellation);
            }

            var models = new ModelResult[rankers.Length];
            for (int i = 0; i < rankers.Length; i++)
            {
                if (!results.TryGetValue(rankers[i].Name, out ScorerResult? result))
                {
                    using BundleScorer scorer = Scorer(rankers[i].Name, rankers[i].File);
                    result = Evaluator.Run(scorer, sample, Progress, Cancellation);
                }

                long bytes = Bundle.Manifest.Files[rankers[i].File].Bytes;
                models[i] = ModelResult.OfSample(result, places, student, bytes, batchMs[i]);
            }

            if (places.Length < Test.Users.Length)
                notes.Add(ModelResult.SampleNote(models, student));
            return (agreement, models);
        }

        private BundleScorer Scorer(string name, string file, params string[] parts) =>
            new(name, Bundle, file, Items, Inputs, Data.Catalog.Count, parts);
    }
}
