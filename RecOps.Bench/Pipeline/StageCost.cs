using RecOps.Bench.Load;
using RecOps.Shared.Telemetry;

namespace RecOps.Bench.Pipeline;

/// <summary>Mean time of a stage over a run, from the server's own histograms, beside that of the reference system.</summary>
/// <param name="MeanMs">Mean over all requests of the run.</param>
/// <param name="ReferenceMs">Null when that system had no such stage.</param>
internal sealed record StageCost(string Stage, double MeanMs, double? ReferenceMs)
{
    private const string Metric = "recops_stage_duration_seconds";

    /// <summary>20 + 45 + 30 + 15 ms: the reference system's cost per request (docs/benchmarks/pipeline.md).</summary>
    private static readonly Dictionary<string, double> Reference = new(StringComparer.Ordinal)
    {
        [RecOps.Shared.Telemetry.Stage.Embedding] = 20,
        [RecOps.Shared.Telemetry.Stage.Retrieval] = 45,
        [RecOps.Shared.Telemetry.Stage.Ranking] = 30,
        [RecOps.Shared.Telemetry.Stage.Rules] = 15,
        [RecOps.Shared.Telemetry.Stage.Total] = 110,
    };

    public static StageCost[] Of(MeasuredLoad load)
    {
        double requests = Math.Max(1, load.Growth($"{Metric}_count", LabelOf(RecOps.Shared.Telemetry.Stage.Total)));
        return
        [
            .. RecOps.Shared.Telemetry.Stage.All.Select(stage => new StageCost(
                stage,
                1000 * load.Growth($"{Metric}_sum", LabelOf(stage)) / requests,
                Reference.TryGetValue(stage, out double reference) ? reference : null
            )),
        ];
    }

    private static string LabelOf(string stage) => $"stage=\"{stage}\"";
}
