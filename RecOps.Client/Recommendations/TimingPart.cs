using RecOps.Client.Shell;
using RecOps.Client.Telemetry.Charts;
using RecOps.Shared.Recommendations;

namespace RecOps.Client.Recommendations;

/// <summary>One stage of a request as a segment of the timing bar.</summary>
/// <param name="Percent">Its share of the bar, 0 to 100.</param>
public sealed record TimingPart(string Name, ChartColour Colour, Quantity Time, double Percent)
{
    /// <summary>
    /// The stages in order, then the time that none of them accounts for. The bar is as long as the larger of the total and the sum,
    /// so that clocks that disagree by microseconds cannot overflow it.
    /// </summary>
    internal static IReadOnlyList<TimingPart> From(StageTimings timings)
    {
        (string Name, ChartColour Colour, double Ms)[] stages =
        [
            ("queue", ChartColour.Grey, timings.QueueMs),
            ("embedding", ChartColour.Teal, timings.EmbeddingMs),
            ("retrieval", ChartColour.Amber, timings.RetrievalMs),
            ("ranking", ChartColour.Blue, timings.RankingMs),
            ("rules", ChartColour.Violet, timings.RulesMs),
        ];
        double sum = stages.Sum(stage => stage.Ms);
        double length = Math.Max(sum, timings.TotalMs);
        return
        [
            .. stages
                .Append(("other", ChartColour.Faint, Math.Max(0, timings.TotalMs - sum)))
                .Select(stage => new TimingPart(
                    stage.Item1,
                    stage.Item2,
                    Quantity.Milliseconds(stage.Item3),
                    length <= 0 ? 0 : 100 * stage.Item3 / length
                )),
        ];
    }
}
