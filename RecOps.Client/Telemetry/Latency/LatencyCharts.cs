using RecOps.Client.Telemetry.Charts;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Latency;

/// <summary>Turns a frame into the data of the latency page's charts.</summary>
internal static class LatencyCharts
{
    private static readonly (string Stage, ChartColour Colour)[] Stages =
    [
        (Stage.Queue, ChartColour.Grey),
        (Stage.Embedding, ChartColour.Teal),
        (Stage.Retrieval, ChartColour.Amber),
        (Stage.Ranking, ChartColour.Blue),
        (Stage.Rules, ChartColour.Violet),
    ];

    public static ChartColour ColourOf(string stage) => Array.Find(Stages, each => each.Stage == stage).Colour;

    /// <summary>Percentiles of the whole request, and one of them at an earlier time.</summary>
    /// <param name="earlier">A frame of the same length; null for none.</param>
    /// <param name="about">How much earlier, for the legend.</param>
    public static ChartData Whole(TelemetryFrame frame, int seconds, LatencyPercentile percentile, TelemetryFrame? earlier, string about)
    {
        ChartData own = OverviewCharts.Build(
            ChartUnit.Milliseconds,
            frame,
            seconds,
            ("p50", ChartColour.Teal, window => Of(window, Stage.Total)?.P50Ms),
            ("p90", ChartColour.Blue, window => Of(window, Stage.Total)?.P90Ms),
            ("p99", ChartColour.Amber, window => Of(window, Stage.Total)?.P99Ms),
            ("p99.9", ChartColour.Red, window => Of(window, Stage.Total)?.P999Ms)
        );
        if (earlier is null)
            return own;

        double?[] values =
        [
            .. earlier
                .Last(seconds)
                .Select(point => point.Window is { } window && Of(window, Stage.Total) is { } total ? percentile.Of(total) : null),
        ];
        return own with
        {
            Series =
            [
                .. own.Series,
                new ChartSeries($"{percentile.Name()}, {about} earlier", ChartColour.Grey, Fit(values, own.Times.Length)),
            ],
        };
    }

    /// <summary>
    /// Mean time of a request in each stage, stacked: how a request's time adds up. Most requests go through only a few stages.
    /// </summary>
    public static ChartData Stacked(TelemetryFrame frame, int seconds) =>
        OverviewCharts.Build(
            ChartUnit.StackedMilliseconds,
            frame,
            seconds,
            [
                .. Stages.Select(stage =>
                    (
                        stage.Stage,
                        stage.Colour,
                        (Func<TelemetryWindow, double?>)(
                            window =>
                                Of(window, Stage.Total) is { Count: > 0 } total && Of(window, stage.Stage) is { } latency
                                    ? latency.SumMs / total.Count
                                    : null
                        )
                    )
                ),
            ]
        );

    private static StageLatency? Of(TelemetryWindow window, string stage) => Array.Find(window.Stages, each => each.Stage == stage);

    private static double?[] Fit(double?[] values, int length) =>
        values.Length >= length ? values[^length..] : [.. Enumerable.Repeat<double?>(null, length - values.Length), .. values];
}
