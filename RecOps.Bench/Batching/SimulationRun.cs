using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>One policy under one load.</summary>
/// <param name="Goodput">Answers within the objective per second.</param>
/// <param name="Throughput">Answers per second.</param>
/// <param name="P50Ms">Median time to an answer.</param>
internal sealed record SimulationRun(double Goodput, double Throughput, double P50Ms, double P99Ms, double MeanBatch, double BusyShare)
{
    private const double WarmUpShare = 0.1;

    /// <param name="load">Share of the device's peak.</param>
    public static SimulationRun Of(DeviceModel model, ArrivalPattern pattern, double load, IBatchPolicy policy, int requests, int seed)
    {
        var generator = new ArrivalGenerator(pattern, load * model.PeakPerSecond(), seed);
        var jobs = new SimulatedJob[requests];
        var arrivals = new long[requests];
        for (int i = 0; i < requests; i++)
        {
            jobs[i] = new SimulatedJob();
            arrivals[i] = 1 + (long)(generator.Next() * SimulatedDevice.Second);
        }

        var tally = new BatchTally(policy);
        new BatchSimulation(model, policy, new BatchingOptions(), tally, seed).Run(jobs, arrivals);
        return Measure(model, jobs, arrivals, tally);
    }

    private static SimulationRun Measure(DeviceModel model, SimulatedJob[] jobs, long[] arrivals, BatchTally tally)
    {
        int first = (int)(jobs.Length * WarmUpShare);
        double seconds = (arrivals[^1] - arrivals[first]) / (double)SimulatedDevice.Second;
        double[] latencies =
        [
            .. jobs.Skip(first)
                .Where(job => job.Outcome == BatchOutcome.Completed)
                .Select(job => (job.Answered - job.Enqueued) * 1000.0 / SimulatedDevice.Second)
                .Order(),
        ];
        int inTime = latencies.Count(latency => latency <= model.SloMs);
        return new SimulationRun(
            inTime / seconds,
            latencies.Length / seconds,
            At(latencies, 0.5),
            At(latencies, 0.99),
            tally.Batches == 0 ? 0 : (double)tally.Jobs / tally.Batches,
            tally.BusyTicks / (double)(Math.Max(arrivals[^1], jobs.Max(job => job.Answered)) * model.Lanes)
        );
    }

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
