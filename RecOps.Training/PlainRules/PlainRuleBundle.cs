using System.Globalization;
using RecOps.Shared.Bundles;
using RecOps.Shared.Bundles.Report;
using RecOps.Training.Bundles;
using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.PlainRules;

/// <summary>
/// For a shop in which a plain rule ranks at least as well as the trained student: the student's bundle, with that rule as the ranker. Similar
/// items, clusters and retrieval stay the student's.
/// </summary>
internal static class PlainRuleBundle
{
    /// <summary>Chooses a rule, measures it, and publishes the bundle if the rule is at least as good as the student over all purchases.</summary>
    /// <param name="student">Directory of the student's complete bundle.</param>
    /// <param name="report">The student's.</param>
    /// <param name="output">Directory of the new bundle; replaced when it exists.</param>
    /// <returns>The report of the new bundle; null when the student is better than every rule that can be served, and nothing was written.</returns>
    public static async Task<EvaluationReport?> PublishAsync(
        string student,
        EvaluationReport report,
        string output,
        string name,
        ShopData data,
        TimeSplit split,
        MeasuredBaselines baselines,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        BundleManifest manifest = Bundle.ReadManifest(student);
        PlainRule? rule = PlainRuleChoice.Choose(data, split, manifest.Counts.History, progress, cancellation);
        if (rule is null)
            return null;
        using var bundle = new BundleWriter(output);
        foreach (string file in manifest.Files.Keys.Where(IsKept))
            File.Copy(Path.Combine(student, file), bundle.PathOf(file));
        PlainRuleGraph.Save(rule, manifest, bundle.PathOf(BundleFile.Ranker));
        manifest = manifest with { Name = name, Training = manifest.Training! with { Rule = rule.Name } };
        bundle.WriteManifest(manifest);
        EvaluationReport own = await ModelReport
            .CreateAsync(data, split, [bundle.Staging], [], baselines, progress, cancellation)
            .ConfigureAwait(false);
        (ModelFigures served, ModelFigures trained) = (own.Models.Student!, report.Models.Student!);
        if (!(served.Ndcg10 >= trained.Ndcg10))
            return null;
        own = own with
        {
            Verdict = new ShippingVerdict(
                true,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"This bundle serves a plain rule instead of a trained model: {rule.Name}. It is at least as good here: NDCG@10 "
                        + $"{served.Ndcg10:0.0000} against {trained.Ndcg10:0.0000}, on first-time purchases "
                        + $"{served.Ndcg10FirstTime ?? 0:0.0000} against {trained.Ndcg10FirstTime ?? 0:0.0000}"
                )
            ),
            Notes = [$"About the student that was not written: {report.Verdict.Sentence}.", .. own.Notes ?? []],
        };
        await File.WriteAllBytesAsync(bundle.PathOf(BundleFile.Report), own.ToJson(), cancellation).ConfigureAwait(false);
        bundle.Publish(manifest);
        return own;
    }

    private static bool IsKept(string file) =>
        file is not (BundleFile.Ranker or BundleFile.RankerHalf or BundleFile.RankerInt8 or BundleFile.Report)
        && !file.StartsWith(BundleFile.Teachers + "/", StringComparison.Ordinal);
}
