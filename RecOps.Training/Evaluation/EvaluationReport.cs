using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Training.Evaluation;

/// <summary>report.json: how good the models of one or several bundles are, next to plain baselines. What was not trained is absent.</summary>
internal sealed record EvaluationReport
{
    public required SplitFigures Split { get; init; }

    /// <summary>Means over the bundles when there are several.</summary>
    public required ModelSet Models { get; init; }

    /// <summary>By <see cref="BaselineName"/>.</summary>
    public required Dictionary<string, ModelFigures> Baselines { get; init; }

    /// <summary>NDCG@10 of the student ÷ that of the ensemble.</summary>
    public double? Retention { get; init; }

    /// <summary>(student − control) ÷ (ensemble − control) in NDCG@10.</summary>
    public double? GapClosed { get; init; }

    /// <summary>Batch time of the ensemble ÷ that of the student.</summary>
    public double? Speedup { get; init; }

    /// <summary>Bytes of the ensemble ÷ those of the student.</summary>
    public double? SizeRatio { get; init; }

    /// <summary>See <see cref="RetrievalRecall.Nearest"/>.</summary>
    public double? RetrievalRecall200 { get; init; }

    /// <summary>See <see cref="RetrievalRecall.Candidates"/>.</summary>
    public double? CandidateRecall { get; init; }

    /// <summary>Recall@20 over first-time purchases by name of model and baseline.</summary>
    public required Dictionary<string, double> Recall20FirstTime { get; init; }

    /// <summary>NDCG@10 of the student minus that of each baseline, with a paired bootstrap interval of 95% over test users.</summary>
    public required Dictionary<string, DifferenceInterval> Intervals { get; init; }

    /// <summary>Each bundle by itself; absent for a single one.</summary>
    public List<SeedFigures>? Seeds { get; init; }

    /// <summary>Standard deviations over the bundles; absent for a single one.</summary>
    public ModelSet? Deviations { get; init; }

    public required ShippingVerdict Verdict { get; init; }

    /// <summary>What a reader should know of how the figures came about; absent when there is nothing.</summary>
    public List<string>? Notes { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.EvaluationReport);
}

/// <param name="TrainEvents">Events up to and at the cut.</param>
/// <param name="TestUsers">Users whom the figures are means over.</param>
internal sealed record SplitFigures(DateTimeOffset Cut, long TrainEvents, int TestUsers);

internal sealed record ModelSet
{
    public ModelFigures? Student { get; init; }

    public ModelFigures? Control { get; init; }

    public ModelFigures? Ensemble { get; init; }

    public Dictionary<string, ModelFigures>? Teachers { get; init; }
}

/// <param name="Ndcg10">Over all test purchases.</param>
/// <param name="Ndcg10FirstTime">Over first-time purchases, with what a user knew masked.</param>
/// <param name="Recall20">Over all test purchases.</param>
/// <param name="Auc">Over all test purchases.</param>
/// <param name="LogLoss">See <see cref="CalibratedLogLoss"/>.</param>
/// <param name="Bytes">Size of the ONNX file; absent for baselines.</param>
/// <param name="BatchMs">See <see cref="BatchTimer"/>; absent for baselines.</param>
internal sealed record ModelFigures(
    double Ndcg10, double? Ndcg10FirstTime, double Recall20, double? Auc, double? LogLoss, double? Bytes, double? BatchMs);

/// <summary>The student of one of several bundles.</summary>
/// <param name="Bundle">Its name.</param>
/// <param name="Seed">Null when the bundle does not say.</param>
internal sealed record SeedFigures(
    string Bundle, string Version, int? Seed, ModelFigures Student, double RetrievalRecall200, double CandidateRecall,
    Dictionary<string, DifferenceInterval> Intervals, ShippingVerdict Verdict);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
