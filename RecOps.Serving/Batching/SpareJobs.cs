namespace RecOps.Serving.Batching;

/// <summary>Spare jobs, which nobody waits for, in order of arrival, and their share of the device.</summary>
internal sealed class SpareJobs<TJob>(BatchLimits limits)
    where TJob : BatchJob<TJob>
{
    /// <summary>Jobs that may wait.</summary>
    public const int MaxWaiting = 256;

    private ArrivalList<TJob> _jobs;

    public int Count { get; private set; }

    public TJob? Oldest => _jobs.Oldest;

    public bool IsFull => Count >= MaxWaiting;

    public void Add(TJob job)
    {
        job.State = JobState.Queued;
        _jobs.Add(job);
        Count++;
    }

    public void Remove(TJob job)
    {
        _jobs.Remove(job);
        Count--;
    }

    /// <summary>
    /// Lanes that may be busy once a batch of spare jobs runs: all of them while no requests come, else half, so that a request finds a
    /// lane free or soon free. Lanes that share a device count as one.
    /// </summary>
    public int Lanes(double arrivalsPerTick)
    {
        if (!limits.IndependentLanes)
            return 1;
        return arrivalsPerTick * limits.Second < 1 ? limits.Lanes : Math.Max(1, limits.Lanes / 2);
    }

    /// <summary>A batch that requests arriving meanwhile can wait for: half of the time that requests may wait for each other.</summary>
    public int BatchSize(ReadOnlySpan<BatchSize> sizes)
    {
        int best = 1;
        foreach (ref readonly BatchSize size in sizes)
        {
            if (size.Plan <= limits.MaxWait / 2.0)
                best = Math.Min(size.Size, limits.MaxBatch);
        }

        return best;
    }
}
