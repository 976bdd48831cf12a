using System.Globalization;
using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>One model's results and its cost.</summary>
/// <param name="Bytes">Size of its ONNX file; null for a baseline.</param>
/// <param name="BatchMs">See <see cref="BatchTimer"/>; null for a baseline.</param>
internal sealed record ModelResult(ScorerResult Scores, long? Bytes = null, double? BatchMs = null)
{
    public string Name => Scores.Name;

    public ModelFigures Figures { get; private init; } =
        new(
            ScorerResult.Mean(Scores.Ndcg10)!.Value,
            ScorerResult.Mean(Scores.Ndcg10FirstTime),
            ScorerResult.Mean(Scores.Recall20)!.Value,
            ScorerResult.Mean(Scores.Auc),
            Scores.LogLoss,
            Bytes,
            BatchMs
        );

    /// <summary>
    /// A model that was measured on a sample of the users. Its means are difference estimates (Cochran, <i>Sampling Techniques</i>, chapter
    /// 7): its mean on the sample, plus how much better the student does on all users than on the sample. Users that are easy for one are
    /// easy for the other, so that this is far more certain than the mean of the sample.
    /// </summary>
    /// <param name="sample">On the sample.</param>
    /// <param name="places">Index of each user of the sample among all of them.</param>
    /// <param name="student">On all users.</param>
    public static ModelResult OfSample(ScorerResult sample, int[] places, ModelResult student, long bytes, double batchMs)
    {
        int users = student.Scores.Ndcg10.Length;
        if (places.Length == users)
            return new ModelResult(sample, bytes, batchMs);
        ScorerResult spread = sample.SpreadOver(places, users);
        ModelFigures known = student.Figures;
        return new ModelResult(spread, bytes, batchMs)
        {
            Figures = new ModelFigures(
                Corrected(spread.Ndcg10, student.Scores.Ndcg10, known.Ndcg10)!.Value,
                Corrected(spread.Ndcg10FirstTime, student.Scores.Ndcg10FirstTime, known.Ndcg10FirstTime),
                Corrected(spread.Recall20, student.Scores.Recall20, known.Recall20)!.Value,
                Corrected(spread.Auc, student.Scores.Auc, known.Auc),
                sample.LogLoss,
                bytes,
                batchMs
            ),
        };
    }

    /// <summary>What a reader should know about models measured on a sample.</summary>
    public static string SampleNote(IReadOnlyList<ModelResult> models, ModelResult student)
    {
        double[][] differences = [.. models.Select(model => Differences(model.Scores.Ndcg10, student.Scores.Ndcg10))];
        double error = differences.Max(StandardError);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Teachers and ensemble were measured on {differences[0].Length:N0} of {student.Scores.Ndcg10.Length:N0} test users and corrected "
                + $"by the student's figures; the standard error of their NDCG@10 is at most {error:0.0000}."
        );
    }

    private static double? Corrected(double[] sample, double[] student, double? all)
    {
        double[] differences = Differences(sample, student);
        return differences.Length == 0 ? null : all + differences.Average();
    }

    /// <summary>Model minus student, for the users that both have.</summary>
    private static double[] Differences(double[] model, double[] student) =>
        [.. model.Zip(student, (own, other) => own - other).Where(difference => !double.IsNaN(difference))];

    private static double StandardError(double[] differences)
    {
        double mean = differences.Average();
        double variance = differences.Sum(difference => (difference - mean) * (difference - mean)) / Math.Max(1, differences.Length - 1);
        return Math.Sqrt(variance / differences.Length);
    }
}
