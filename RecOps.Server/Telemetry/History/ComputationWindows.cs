using RecOps.Serving.Batching;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>Sums the figures of batches and searches over several seconds.</summary>
internal static class ComputationWindows
{
    private static readonly string Completed = BatchingMetrics.Outcomes[(int)BatchOutcome.Completed];

    private const string WaitStage = "wait";

    /// <param name="scratch">Scratch space for merging waits.</param>
    public static BatchWindow Batches(ReadOnlySpan<TelemetrySlice> slices, LatencyBuckets scratch)
    {
        scratch.Reset();
        (int waiting, int lanes, int computing, int limit, long wait) = (0, 0, 0, 0, 0L);
        var sizes = new long[BatchingSecond.SizeBounds.Length];
        long batches = 0,
            jobs = 0,
            padded = 0,
            shared = 0;
        double predicted = 0,
            actual = 0;
        Dictionary<string, long> reasons = BatchingMetrics.Reasons.ToDictionary(reason => reason, _ => 0L);
        Dictionary<string, long> shed = BatchingMetrics
            .Outcomes.Where(outcome => outcome != Completed)
            .ToDictionary(outcome => outcome, _ => 0L);
        foreach (TelemetrySlice slice in slices)
        {
            if (slice.Batching is not { } batching)
                continue;
            batches += batching.Batches;
            jobs += batching.Jobs;
            padded += batching.PaddedJobs;
            shared += batching.SharedResults;
            predicted += batching.PredictedSeconds;
            actual += batching.ActualSeconds;
            waiting = Math.Max(waiting, batching.MaxWaiting);
            lanes = batching.Lanes;
            computing = Math.Max(computing, batching.MaxComputing);
            limit = batching.ComputingLimit;
            wait += batching.Waits.Sum;
            scratch.Add(batching.Waits);
            for (int i = 0; i < sizes.Length; i++)
                sizes[i] += batching.BatchesBySize[i];
            for (int i = 0; i < BatchingMetrics.Reasons.Length; i++)
                reasons[BatchingMetrics.Reasons[i]] += batching.BatchesByReason[i];
            for (int i = 0; i < BatchingMetrics.Outcomes.Length; i++)
            {
                if (shed.ContainsKey(BatchingMetrics.Outcomes[i]))
                    shed[BatchingMetrics.Outcomes[i]] += batching.JobsByOutcome[i];
            }
        }

        return new BatchWindow(batches, jobs, padded, shared, reasons, shed, 1000 * predicted, 1000 * actual)
        {
            Sizes = [.. BatchingSecond.SizeBounds.Zip(sizes, (most, count) => new BatchSizes(most, count)).Where(size => size.Batches > 0)],
            Wait = scratch.Summarize(WaitStage, wait),
            MaxWaiting = waiting,
            Lanes = lanes,
            MaxComputing = computing,
            ComputingLimit = limit,
        };
    }

    public static RetrievalWindow Retrieval(ReadOnlySpan<TelemetrySlice> slices)
    {
        long searches = 0,
            cells = 0,
            items = 0;
        foreach (TelemetrySlice slice in slices)
        {
            searches += slice.Retrieval.Searches;
            cells += slice.Retrieval.CellsRead;
            items += slice.Retrieval.ItemsScored;
        }

        return new RetrievalWindow(searches, cells, items);
    }
}
