using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Charts;

/// <summary>Turns a frame into the data of the overview's four charts.</summary>
internal static class OverviewCharts
{
    /// <summary>Shares are taken over this many seconds, since one second of a quiet shop has only a handful of lists.</summary>
    public const int ShareSeconds = 10;

    private static readonly (string Stage, ChartColour Colour)[] Stages =
    [
        (Stage.Queue, ChartColour.Grey),
        (Stage.Embedding, ChartColour.Teal),
        (Stage.Retrieval, ChartColour.Amber),
        (Stage.Ranking, ChartColour.Blue),
        (Stage.Rules, ChartColour.Violet),
    ];

    private static readonly (string Source, string Name, ChartColour Colour)[] Sources =
    [
        (RecommendationSource.L1, "memory (L1)", ChartColour.Teal),
        (RecommendationSource.L2, "Redis (L2)", ChartColour.Violet),
        (RecommendationSource.Computed, "computed", ChartColour.Blue),
        (RecommendationSource.Stale, "stale", ChartColour.Grey),
        (RecommendationSource.Cluster, "cluster", ChartColour.Amber),
        (RecommendationSource.Popular, "popular", ChartColour.Pink),
    ];

    /// <summary>Answered requests, 5xx and 4xx.</summary>
    public static ChartData Requests(TelemetryFrame frame, int seconds) =>
        Build(
            ChartUnit.PerSecond,
            frame,
            seconds,
            ("requests", ChartColour.Blue, window => window.RequestsPerSecond),
            ("errors (5xx)", ChartColour.Red, window => Rate(window, window.Failures)),
            ("rejected (4xx)", ChartColour.Amber, window => Rate(window, window.Rejected))
        );

    /// <summary>Percentiles of the whole request.</summary>
    public static ChartData Latency(TelemetryFrame frame, int seconds) =>
        Build(
            ChartUnit.Milliseconds,
            frame,
            seconds,
            ("p50", ChartColour.Teal, window => Total(window)?.P50Ms),
            ("p90", ChartColour.Blue, window => Total(window)?.P90Ms),
            ("p99", ChartColour.Amber, window => Total(window)?.P99Ms)
        );

    /// <summary>One percentile of each stage.</summary>
    public static ChartData StageLatency(TelemetryFrame frame, int seconds, LatencyPercentile percentile) =>
        Build(
            ChartUnit.Milliseconds,
            frame,
            seconds,
            [
                .. Stages.Select(stage =>
                    (
                        stage.Stage,
                        stage.Colour,
                        (Func<TelemetryWindow, double?>)(window => Find(window, stage.Stage) is { } latency ? percentile.Of(latency) : null)
                    )
                ),
            ]
        );

    /// <summary>Where lists came from, in percent of the last ten seconds; sources that never occur are left out.</summary>
    public static ChartData SourceShare(TelemetryFrame frame, int seconds)
    {
        // A coarser frame already has long enough windows.
        int together = Math.Max(1, ShareSeconds / frame.StepSeconds);
        (DateTimeOffset Time, TelemetryWindow? Window)[] known = [.. frame.Last(seconds + ((together - 1) * frame.StepSeconds))];
        int count = known.Length - together + 1;
        ChartSeries[] series =
        [
            .. Sources.Select(source => new ChartSeries(
                source.Name,
                source.Colour,
                [.. Enumerable.Range(0, count).Select(i => Share(known.AsSpan(i, together), source.Source))]
            )),
        ];
        return new(
            ChartUnit.Share,
            [.. known.TakeLast(count).Select(second => second.Time)],
            [.. series.Where(each => each.Values.Any(value => value > 0))]
        )
        {
            StepSeconds = frame.StepSeconds,
        };
    }

    private static double? Share(ReadOnlySpan<(DateTimeOffset Time, TelemetryWindow? Window)> stretch, string source)
    {
        long all = 0;
        long these = 0;
        foreach ((_, TelemetryWindow? window) in stretch)
        {
            if (window is null)
                continue;

            all += window.Sources.Values.Sum();
            these += window.Sources.GetValueOrDefault(source);
        }

        return all == 0 ? null : 100.0 * these / all;
    }

    /// <summary>One series for each figure, window by window.</summary>
    internal static ChartData Build(
        ChartUnit unit,
        TelemetryFrame frame,
        int seconds,
        params (string Name, ChartColour Colour, Func<TelemetryWindow, double?> Value)[] series
    )
    {
        (DateTimeOffset Time, TelemetryWindow? Window)[] known = [.. frame.Last(seconds)];
        return new(
            unit,
            [.. known.Select(second => second.Time)],
            [
                .. series.Select(each => new ChartSeries(
                    each.Name,
                    each.Colour,
                    [.. known.Select(second => second.Window is { } window ? each.Value(window) : null)]
                )),
            ]
        )
        {
            StepSeconds = frame.StepSeconds,
        };
    }

    internal static double Rate(TelemetryWindow window, long count) => window.Seconds == 0 ? 0 : (double)count / window.Seconds;

    private static StageLatency? Total(TelemetryWindow window) => Find(window, Stage.Total);

    private static StageLatency? Find(TelemetryWindow window, string stage) => Array.Find(window.Stages, each => each.Stage == stage);
}
