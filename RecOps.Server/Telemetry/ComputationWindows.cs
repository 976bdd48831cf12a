using RecOps.Server.Batching;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>Adds up what batches and searches did in several seconds.</summary>
internal static class ComputationWindows
{
    private static readonly string Completed = BatchingMetrics.Outcomes[(int)BatchOutcome.Completed];

    public static BatchWindow Batches(ReadOnlySpan<TelemetrySecond> seconds)
    {
        long batches = 0, jobs = 0, padded = 0, shared = 0;
        double predicted = 0, actual = 0;
        Dictionary<string, long> reasons = BatchingMetrics.Reasons.ToDictionary(reason => reason, _ => 0L);
        Dictionary<string, long> shed = BatchingMetrics.Outcomes.Where(outcome => outcome != Completed).ToDictionary(outcome => outcome, _ => 0L);
        foreach (TelemetrySecond second in seconds)
        {
            if (second.Batching is not { } batching) continue;
            batches += batching.Batches;
            jobs += batching.Jobs;
            padded += batching.PaddedJobs;
            shared += batching.SharedResults;
            predicted += batching.PredictedSeconds;
            actual += batching.ActualSeconds;
            for (int i = 0; i < BatchingMetrics.Reasons.Length; i++) reasons[BatchingMetrics.Reasons[i]] += batching.BatchesByReason[i];
            for (int i = 0; i < BatchingMetrics.Outcomes.Length; i++)
            {
                if (shed.ContainsKey(BatchingMetrics.Outcomes[i])) shed[BatchingMetrics.Outcomes[i]] += batching.JobsByOutcome[i];
            }
        }

        return new BatchWindow(batches, jobs, padded, shared, reasons, shed, 1000 * predicted, 1000 * actual);
    }

    public static RetrievalWindow Retrieval(ReadOnlySpan<TelemetrySecond> seconds)
    {
        long searches = 0, cells = 0, items = 0;
        foreach (TelemetrySecond second in seconds)
        {
            searches += second.Retrieval.Searches;
            cells += second.Retrieval.CellsRead;
            items += second.Retrieval.ItemsScored;
        }

        return new RetrievalWindow(searches, cells, items);
    }
}
