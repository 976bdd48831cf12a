namespace RecOps.Serving.Batching;

/// <summary>Jobs waiting for the device, by deadline and by arrival.</summary>
internal sealed class JobQueue<TJob>
    where TJob : BatchJob<TJob>
{
    private readonly DeadlineList<TJob> _byDeadline = new();
    private ArrivalList<TJob> _byArrival;

    public int Count => _byDeadline.Count;

    /// <summary>The job with the earliest deadline.</summary>
    public TJob? First => _byDeadline.First;

    /// <summary>Arrival of the job that has waited longest; the largest value when none waits.</summary>
    public long OldestEnqueued => _byArrival.Oldest?.Enqueued ?? long.MaxValue;

    public void Add(TJob job)
    {
        job.State = JobState.Queued;
        _byDeadline.Insert(job);
        _byArrival.Add(job);
    }

    public void Remove(TJob job)
    {
        _byDeadline.Remove(job);
        _byArrival.Remove(job);
    }

    /// <summary>Fills in, for each size, how many jobs would be in time in a batch that leaves now.</summary>
    /// <param name="sizes">In ascending order of duration.</param>
    public void CountInTime(long now, Span<BatchSize> sizes)
    {
        int late = 0;
        TJob? job = First;
        for (int i = 0; i < sizes.Length; i++)
        {
            double end = now + sizes[i].Plan;
            for (; job is not null && job.Deadline < end; job = job.Later)
                late++;
            sizes[i].InTime = Count - late;
        }
    }
}
