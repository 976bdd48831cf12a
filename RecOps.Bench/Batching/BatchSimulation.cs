using RecOps.Serving.Batching;

namespace RecOps.Bench.Batching;

/// <summary>
/// Drives the server's scheduler through virtual time: arrivals, ends of batches and the timer, in order. Queueing, shedding and learning
/// are the server's own code; only the policy, the clock and the device are replaced.
/// </summary>
internal sealed class BatchSimulation
{
    private const int WarmUpRuns = 3;
    private readonly BatchScheduler<SimulatedJob> _scheduler;
    private readonly SimulatedDevice _device;
    private readonly long[] _ends;
    private readonly DeviceModel _model;

    public BatchSimulation(DeviceModel model, IBatchPolicy policy, BatchingOptions options, IBatchObserver observer, int seed)
    {
        _model = model;
        _device = new SimulatedDevice(model, seed);
        _ends = new long[model.Lanes];
        Array.Fill(_ends, long.MaxValue);
        int maxBatch = Math.Min(options.MaxBatch, DeviceModel.MaxBatch);
        var limits = new BatchLimits(
            model.Lanes,
            model.IndependentLanes,
            maxBatch,
            BatchLimits.PaddedSizes(maxBatch, model.PaddedSize),
            options.MaxQueue,
            SimulatedDevice.Ticks(options.MaxWaitMs),
            SimulatedDevice.Ticks(model.SloMs),
            SimulatedDevice.Second
        );
        _scheduler = new BatchScheduler<SimulatedJob>(policy, limits, observer);

        // The same warm-up that the server does before it is ready.
        var warmUp = new SimulatedDevice(model, seed + 1);
        long start = 0;
        foreach (int size in limits.Sizes.Where(size => int.IsPow2(size) && size <= maxBatch))
        {
            for (int i = 0; i < WarmUpRuns; i++)
            {
                long end = warmUp.End(size, start);
                _scheduler.Learn(size, end - start);
                start = end;
            }
        }
    }

    /// <summary>Runs until every job has ended.</summary>
    /// <param name="jobs">In order of arrival.</param>
    /// <param name="arrivals">Arrival time of each job, in ticks.</param>
    public void Run(IReadOnlyList<SimulatedJob> jobs, IReadOnlyList<long> arrivals)
    {
        long slo = SimulatedDevice.Ticks(_model.SloMs);
        long now = 0;
        for (int next = 0; ; )
        {
            long arrival = next < jobs.Count ? arrivals[next] : long.MaxValue;
            int lane = Array.IndexOf(_ends, _ends.Min());
            long wake = _scheduler.WakeAt;
            long at = Math.Min(arrival, Math.Min(_ends[lane], wake));
            if (at == long.MaxValue)
                return;
            now = Math.Max(now, at);
            CompletedJobs<SimulatedJob> completed = default;
            bool ended = _ends[lane] <= now;
            if (ended)
                End(lane, now, ref completed);
            else if (arrival <= now)
                Arrive(jobs[next++], now, slo, ref completed);
            while (_scheduler.TryStart(now, ended, ref completed) is { } started)
                _ends[started.Index] = _device.End(started.Count, now);

            completed.Tell();
        }
    }

    private void Arrive(SimulatedJob job, long now, long slo, ref CompletedJobs<SimulatedJob> completed)
    {
        job.Prepare(now + slo);
        if (_scheduler.Admit(job, now, ref completed) is { } refused)
            completed.Add(job, refused);
    }

    private void End(int lane, long now, ref CompletedJobs<SimulatedJob> completed)
    {
        _ends[lane] = long.MaxValue;
        foreach (SimulatedJob job in _scheduler.Lanes[lane].Jobs)
            job.Answered = now;
        _scheduler.Complete(_scheduler.Lanes[lane], now, null, ref completed);
    }
}
