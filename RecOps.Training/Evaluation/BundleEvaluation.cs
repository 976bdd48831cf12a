using RecOps.Shared.Bundles;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>What came of measuring one bundle: its student and, where it carries them, teachers, ensemble and control.</summary>
/// <param name="Models">The student is first.</param>
internal sealed record BundleEvaluation(BundleManifest Manifest, IReadOnlyList<ModelResult> Models, RetrievalRecall Retrieval)
{
    public const string Student = "student";
    public const string Control = "control";
    public const string Ensemble = "ensemble";
    private const string TeacherFolder = "teachers/";
    private const string OnnxSuffix = ".onnx";

    public ModelResult StudentResult => Models[0];

    /// <summary>
    /// Measures ranker.onnx as the student, and each teachers/NAME.onnx under its name; <c>control</c> and <c>ensemble</c> are no
    /// teachers but the undistilled student and what the student was distilled from.
    /// </summary>
    /// <param name="notes">Receives what a reader should know.</param>
    /// <exception cref="BundleException">The bundle cannot be used.</exception>
    /// <exception cref="TrainingException">It learned from the test, or gives scores that are no numbers.</exception>
    public static async Task<BundleEvaluation> RunAsync(
        ShopData data, TimeSplit split, TestSet test, string directory, List<string> notes, ITrainingProgress progress, CancellationToken cancellation)
    {
        using Bundle bundle = Bundle.Open(directory);
        BundleManifest manifest = bundle.Manifest;
        HonestCut.Verify(manifest, split.Cut!.Value);
        BundleItems items = await BundleItems.ReadAsync(bundle, data.Catalog, cancellation).ConfigureAwait(false);
        AddNotes(manifest, items, split, notes);
        ShopperInputs inputs = ShopperInputs.Create(data, split, test.Users, bundle, items);
        (string Name, string File)[] rankers =
        [
            (Student, BundleFile.Ranker),
            .. manifest.Files.Keys
                .Where(file => file.StartsWith(TeacherFolder, StringComparison.Ordinal) && file.EndsWith(OnnxSuffix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(file => (file[TeacherFolder.Length..^OnnxSuffix.Length], file)),
        ];
        using IProgressTask task = progress.Start(manifest.Name, rankers.Length + 1);
        var models = new List<ModelResult>();
        foreach ((string name, string file) in rankers)
        {
            cancellation.ThrowIfCancellationRequested();
            double batchMs = BatchTimer.Measure(bundle, file, inputs, test.Users);
            using var scorer = new BundleScorer(name, bundle, file, items, inputs, data.Catalog.Count);
            models.Add(new ModelResult(Evaluator.Run(scorer, test, task, cancellation), manifest.Files[file].Bytes, batchMs));
            task.Report(models.Count, name);
        }

        RetrievalRecall retrieval = RetrievalRecall.Measure(test, bundle, items, inputs, cancellation);
        task.Report(rankers.Length + 1, "retrieval");
        return new BundleEvaluation(manifest, models, retrieval);
    }

    private static void AddNotes(BundleManifest manifest, BundleItems items, TimeSplit split, List<string> notes)
    {
        if (items.Missing > 0) notes.Add($"{manifest.Name} does not have {items.Missing:N0} of the catalogue's items; they score lowest.");
        if (manifest.Training is null) notes.Add($"{manifest.Name} does not say which events it was trained on, so nobody knows whether it saw the test.");
        else if (manifest.Training.Events != split.TrainRows)
            notes.Add($"{manifest.Name} was trained on {manifest.Training.Events:N0} events; up to the cut the data has {split.TrainRows:N0}.");
    }
}
