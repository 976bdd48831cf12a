namespace RecOps.Serving.Batching;

/// <summary>Jobs that nobody waits for, in order of arrival, and how much of the device they may have.</summary>
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
    /// Lanes that may be busy once a batch of spare jobs runs: all while nobody else comes, else half, so that who comes finds one free or
    /// soon free. Lanes that share a device are one.
    /// </summary>
    public int Lanes(double arrivalsPerTick)
    {
        if (!limits.IndependentLanes)
            return 1;
        return arrivalsPerTick * limits.Second < 1 ? limits.Lanes : Math.Max(1, limits.Lanes / 2);
    }

    /// <summary>As many as a request that comes in between can wait for: half of what requests wait for each other.</summary>
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
