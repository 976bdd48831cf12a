namespace RecOps.Serving.Batching;

/// <summary>
/// Jobs that have an outcome but were not notified yet. They are collected under the batcher's lock and notified outside it, since a job
/// must first dispose its cancellation registration, which can wait for a callback that wants the lock.
/// </summary>
internal struct CompletedJobs<TJob>
    where TJob : BatchJob<TJob>
{
    private TJob? _first;
    private TJob? _last;

    public void Add(TJob job, BatchOutcome outcome)
    {
        job.State = JobState.Leaving;
        job.Outcome = outcome;
        job.NextCompleted = null;
        if (_last is null)
            _first = job;
        else
            _last.NextCompleted = job;
        _last = job;
    }

    /// <summary>Notifies all of them, in the order in which they were added.</summary>
    /// <param name="caller">A job whose submission has not returned: it learns its outcome there.</param>
    public readonly void Tell(TJob? caller = null)
    {
        TJob? job = _first;
        while (job is not null)
        {
            // Once notified, the job belongs to its owner again and may be reused at any time.
            TJob? next = job.NextCompleted;
            job.NextCompleted = null;
            if (job.Leader is { } leader)
                CopyResult(leader, job);
            job.Cancellation.Dispose();
            job.Cancellation = default;
            job.State = JobState.Idle;
            if (job != caller)
                job.Signal();
            job = next;
        }
    }

    private static void CopyResult(TJob leader, TJob follower)
    {
        follower.Leader = null;
        if (follower.Outcome != BatchOutcome.Completed)
            return;
        try
        {
            leader.CopyResultTo(follower);
        }
        catch (Exception error)
        {
            follower.Error = error;
            follower.Outcome = BatchOutcome.Failed;
        }
    }
}
