using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecOps.Shared.Bundles.Report;

/// <summary>
/// report.json: how good the models of one or several bundles are, compared with simple baselines. What was not trained is absent.
/// </summary>
public sealed record EvaluationReport
{
    /// <summary>The version of the format that this code reads and writes.</summary>
    public const int CurrentFormat = 1;

    public int FormatVersion { get; init; } = CurrentFormat;

    public required SplitFigures Split { get; init; }

    /// <summary>
    /// The type of event that the figures are about, stronger ones included; absent for purchases. Where this document says purchase, it
    /// then means that.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>The plain rule that the bundle serves, in words; absent when it serves a trained student.</summary>
    public string? Rule { get; init; }

    /// <summary>Means over the bundles when there are several. With a <see cref="Rule"/>, the student's figures are the rule's.</summary>
    public required ModelSet Models { get; init; }

    /// <summary>By name: popular, popular7Days, repeat, repeatDecayed, itemKnn, tifuKnn, upCf, ease, als, sasRec.</summary>
    public required Dictionary<string, ModelFigures> Baselines { get; init; }

    /// <summary>NDCG@10 of the student ÷ that of the ensemble.</summary>
    public double? Retention { get; init; }

    /// <summary>(student − control) ÷ (ensemble − control) in NDCG@10.</summary>
    public double? GapClosed { get; init; }

    /// <summary>Contains 95 % of resamples of the test users; absent when there is no gap.</summary>
    public Interval? GapClosedInterval { get; init; }

    /// <summary>Batch time of the ensemble ÷ that of the student.</summary>
    public double? Speedup { get; init; }

    /// <summary>Bytes of the ensemble ÷ those of the student.</summary>
    public double? SizeRatio { get; init; }

    /// <summary>How similarly student and ensemble rank.</summary>
    public AgreementFigures? Agreement { get; init; }

    /// <summary>NDCG@10 by length of the shoppers' history, shortest first.</summary>
    public List<HistoryFigures>? ByHistory { get; init; }

    /// <summary>Share of the purchases of a category found in the top 20, the most purchased categories first.</summary>
    public List<CategoryFigures>? ByCategory { get; init; }

    /// <summary>The student at other precisions.</summary>
    public List<FormFigures>? Forms { get; init; }

    /// <summary>How the student was distilled.</summary>
    public DistillationRecord? Distillation { get; init; }

    /// <summary>The student's lists as the engine makes them, from candidates; absent in reports of before it was measured.</summary>
    public ServedFigures? Served { get; init; }

    /// <summary>Recall@200 of the items nearest to the user vector.</summary>
    public double? RetrievalRecall200 { get; init; }

    /// <summary>Share of the purchases among the candidates that serving ranks.</summary>
    public double? CandidateRecall { get; init; }

    /// <summary>What each source of candidates adds, in the order in which they are asked; absent in older reports.</summary>
    public List<SourceFigures>? Sources { get; init; }

    /// <summary>Recall@20 over first-time purchases by name of model and baseline.</summary>
    public required Dictionary<string, double> Recall20FirstTime { get; init; }

    /// <summary>
    /// NDCG@10 of the student minus that of each baseline, of the control and of the ensemble, with a paired bootstrap interval of 95 %
    /// over test users.
    /// </summary>
    public required Dictionary<string, DifferenceInterval> Intervals { get; init; }

    /// <summary>The same over first-time purchases; absent in reports of before it was measured.</summary>
    public Dictionary<string, DifferenceInterval>? IntervalsFirstTime { get; init; }

    /// <summary>Each bundle by itself; absent for a single one.</summary>
    public List<SeedFigures>? Seeds { get; init; }

    /// <summary>Standard deviations over the bundles; absent for a single one.</summary>
    public ModelSet? Deviations { get; init; }

    public required ShippingVerdict Verdict { get; init; }

    /// <summary>What a reader should know about how the figures were obtained; absent when there is nothing.</summary>
    public List<string>? Notes { get; init; }

    /// <exception cref="JsonException">It is not a report.</exception>
    public static EvaluationReport Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ReportJson.Default.EvaluationReport) ?? throw new JsonException("The document is null.");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.EvaluationReport);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
