using RecOps.Shared.Bundles.Report;

namespace RecOps.Training.Evaluation;

/// <summary>One model's results and its cost.</summary>
/// <param name="Bytes">Size of its ONNX file; null for a baseline.</param>
/// <param name="BatchMs">See <see cref="BatchTimer"/>; null for a baseline.</param>
internal sealed record ModelResult(ScorerResult Scores, long? Bytes = null, double? BatchMs = null)
{
    public string Name => Scores.Name;

    public ModelFigures Figures { get; } =
        new(
            ScorerResult.Mean(Scores.Ndcg10)!.Value,
            ScorerResult.Mean(Scores.Ndcg10FirstTime),
            ScorerResult.Mean(Scores.Recall20)!.Value,
            ScorerResult.Mean(Scores.Auc),
            Scores.LogLoss,
            Bytes,
            BatchMs
        );
}
