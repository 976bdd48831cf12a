using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>Converts slices into windows for the console.</summary>
internal static class TelemetryWindows
{
    /// <param name="slices">Oldest first, at least one.</param>
    public static TelemetryWindow Of(ReadOnlySpan<TelemetrySlice> slices)
    {
        var sources = new Dictionary<string, long>(RecommendationSource.All.Length, StringComparer.Ordinal);
        long answered = 0;
        for (int i = 0; i < RecommendationSource.All.Length; i++)
        {
            long lists = 0;
            foreach (TelemetrySlice slice in slices)
                lists += slice.Sources[i];
            sources[RecommendationSource.All[i]] = lists;
            answered += lists;
        }

        (int seconds, long good, long failures, long rejected, long degraded, long events) = (0, 0L, 0L, 0L, 0L, 0L);
        foreach (TelemetrySlice slice in slices)
        {
            seconds += slice.Seconds;
            good += slice.Good;
            failures += slice.Failures;
            rejected += slice.Rejected;
            degraded += slice.Degraded;
            events += slice.Events;
        }

        var stages = new StageLatency[Stage.All.Length];
        var merged = new LatencyBuckets();
        for (int i = 0; i < stages.Length; i++)
        {
            merged.Reset();
            long sum = 0;
            foreach (TelemetrySlice slice in slices)
            {
                merged.Add(slice.Stages[i]);
                sum += slice.Stages[i].Sum;
            }

            stages[i] = merged.Summarize(Stage.All[i], sum);
        }

        return new TelemetryWindow(
            slices[0].Start,
            seconds,
            answered + failures + rejected,
            failures,
            rejected,
            degraded,
            sources,
            stages,
            events
        )
        {
            Good = good,
            Batches = ComputationWindows.Batches(slices, merged),
            Retrieval = ComputationWindows.Retrieval(slices),
            Cache = CacheWindows.Of(slices, merged),
            Process = MachineMerging.Processes(slices),
            Devices = MachineMerging.Devices(slices),
        };
    }
}
