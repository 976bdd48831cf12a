using HdrHistogram;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Metrics;
using RecOps.Serving.Retrieval;

namespace RecOps.Server.Telemetry.History;

/// <summary>Merges several slices into one. Counts and histograms are added; for states, the last one counts.</summary>
internal static class SliceMerging
{
    /// <param name="slices">Oldest first, at least one.</param>
    /// <param name="start">Start of the merged slice.</param>
    public static TelemetrySlice Merge(ReadOnlySpan<TelemetrySlice> slices, DateTimeOffset start)
    {
        HistogramBase scratch = LatencyHistogram.New();
        var sources = new long[slices[0].Sources.Length];
        (int seconds, long good, long failures, long rejected, long degraded, long events) = (0, 0L, 0L, 0L, 0L, 0L);
        (long searches, long cells, long items) = (0, 0, 0);
        foreach (TelemetrySlice slice in slices)
        {
            Add(slice.Sources, sources);
            seconds += slice.Seconds;
            good += slice.Good;
            failures += slice.Failures;
            rejected += slice.Rejected;
            degraded += slice.Degraded;
            events += slice.Events;
            searches += slice.Retrieval.Searches;
            cells += slice.Retrieval.CellsRead;
            items += slice.Retrieval.ItemsScored;
        }

        var stages = new CompactHistogram[slices[0].Stages.Length];
        for (int i = 0; i < stages.Length; i++)
        {
            scratch.Reset();
            foreach (TelemetrySlice slice in slices)
                slice.Stages[i].AddTo(scratch);
            stages[i] = CompactHistogram.Of(scratch);
        }

        return new TelemetrySlice(start, seconds, sources, good, failures, rejected, degraded, events, stages)
        {
            Batching = Batching(slices, scratch),
            Retrieval = new RetrievalSecond(searches, cells, items),
            Caching = Caching(slices, scratch),
            Process = MachineMerging.Processes(slices),
            Devices = MachineMerging.Devices(slices),
            Status = slices[^1].Status,
        };
    }

    private static BatchingSecond? Batching(ReadOnlySpan<TelemetrySlice> slices, HistogramBase scratch)
    {
        BatchingSecond? sum = null;
        scratch.Reset();
        foreach (TelemetrySlice slice in slices)
        {
            if (slice.Batching is not { } one)
                continue;
            one.Waits.AddTo(scratch);
            if (sum is null)
            {
                sum = one with
                {
                    BatchesByReason = [.. one.BatchesByReason],
                    JobsByOutcome = [.. one.JobsByOutcome],
                    BatchesBySize = [.. one.BatchesBySize],
                };
                continue;
            }

            Add(one.BatchesByReason, sum.BatchesByReason);
            Add(one.JobsByOutcome, sum.JobsByOutcome);
            Add(one.BatchesBySize, sum.BatchesBySize);
            sum = sum with
            {
                SharedResults = sum.SharedResults + one.SharedResults,
                Jobs = sum.Jobs + one.Jobs,
                PaddedJobs = sum.PaddedJobs + one.PaddedJobs,
                PredictedSeconds = sum.PredictedSeconds + one.PredictedSeconds,
                ActualSeconds = sum.ActualSeconds + one.ActualSeconds,
                Elapsed = sum.Elapsed + one.Elapsed,
                MaxWaiting = Math.Max(sum.MaxWaiting, one.MaxWaiting),
                Lanes = one.Lanes,
                MaxComputing = Math.Max(sum.MaxComputing, one.MaxComputing),
                ComputingLimit = one.ComputingLimit,
            };
        }

        return sum is null ? null : sum with { Waits = CompactHistogram.Of(scratch) };
    }

    private static CachingSecond? Caching(ReadOnlySpan<TelemetrySlice> slices, HistogramBase scratch)
    {
        CachingSecond? sum = null;
        foreach (TelemetrySlice slice in slices)
        {
            if (slice.Caching is not { } one)
                continue;
            if (sum is null)
            {
                sum = one with { Misses = [.. one.Misses], Removals = [.. one.Removals] };
                continue;
            }

            Add(one.Misses, sum.Misses);
            Add(one.Removals, sum.Removals);
            sum = sum with
            {
                HitAgeMilliseconds = sum.HitAgeMilliseconds + one.HitAgeMilliseconds,
                Refreshes = sum.Refreshes + one.Refreshes,
                LateWrites = sum.LateWrites + one.LateWrites,
                Bytes = one.Bytes,
                Entries = one.Entries,
            };
        }

        return sum is null ? null : sum with { Shared = Redis(slices, scratch) };
    }

    private static SharedListsSecond? Redis(ReadOnlySpan<TelemetrySlice> slices, HistogramBase scratch)
    {
        SharedListsSecond? sum = null;
        scratch.Reset();
        foreach (TelemetrySlice slice in slices)
        {
            if (slice.Caching?.Shared is not { } one)
                continue;
            one.Latency.AddTo(scratch);
            if (sum is null)
            {
                sum = one with { Reads = [.. one.Reads], Writes = [.. one.Writes] };
                continue;
            }

            Add(one.Reads, sum.Reads);
            Add(one.Writes, sum.Writes);
            sum = sum with { Hits = sum.Hits + one.Hits, SharedReads = sum.SharedReads + one.SharedReads };
        }

        return sum is null ? null : sum with { Latency = CompactHistogram.Of(scratch) };
    }

    private static void Add(long[] counts, long[] sums)
    {
        for (int i = 0; i < sums.Length && i < counts.Length; i++)
            sums[i] += counts[i];
    }
}
