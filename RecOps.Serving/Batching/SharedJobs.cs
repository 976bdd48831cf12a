namespace RecOps.Serving.Batching;

/// <summary>
/// Groups of jobs with equal keys. One leads, in the queue or on the device; the others follow and wait for its result instead of the
/// device.
/// </summary>
internal sealed class SharedJobs<TJob>(int capacity)
    where TJob : BatchJob<TJob>
{
    private readonly KeyTable<TJob> _leaders = new(capacity);
    private readonly DeadlineList<TJob> _followers = new();

    /// <summary>Number of followers.</summary>
    public int Followers => _followers.Count;

    /// <summary>The follower with the earliest deadline.</summary>
    public TJob? First => _followers.First;

    /// <summary>Makes a shareable job follow the one with its key, or lead if there is none.</summary>
    /// <returns>Whether it follows.</returns>
    public bool TryFollow(TJob job)
    {
        if (_leaders.Find(job) is { } leader)
        {
            Follow(leader, job);
            return true;
        }

        _leaders.Add(job);
        return false;
    }

    /// <summary>Makes a shareable job follow the one with its key; it never leads.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryJoin(TJob job)
    {
        if (_leaders.Find(job) is not { } leader)
            return false;
        Follow(leader, job);
        return true;
    }

    /// <summary>A follower stops waiting.</summary>
    public void Leave(TJob follower)
    {
        follower.Leader!.Followers.Remove(follower);
        _followers.Remove(follower);
        follower.Leader = null;
    }

    /// <summary>A leader ends without a result: its first follower becomes the leader.</summary>
    /// <returns>The new leader, which must still be queued; null when there is none.</returns>
    public TJob? Abandon(TJob leader)
    {
        _leaders.Remove(leader);
        TJob? heir = leader.Followers.Oldest;
        if (heir is null)
            return null;
        Leave(heir);
        _leaders.Add(heir);
        while (leader.Followers.Oldest is { } follower)
        {
            leader.Followers.Remove(follower);
            heir.Followers.Add(follower);
            follower.Leader = heir;
        }

        return heir;
    }

    /// <summary>A leader has its result or failure, and so do its followers.</summary>
    /// <returns>Number of followers.</returns>
    public int Complete(TJob leader, BatchOutcome outcome, ref CompletedJobs<TJob> completed)
    {
        _leaders.Remove(leader);
        int followers = 0;
        for (; leader.Followers.Oldest is { } follower; followers++)
        {
            Leave(follower);

            // Notified before the leader, while the result can still be copied.
            follower.Leader = leader;
            follower.Started = leader.Started;
            follower.Error = leader.Error;
            completed.Add(follower, outcome);
        }

        return followers;
    }

    private void Follow(TJob leader, TJob job)
    {
        job.State = JobState.Following;
        job.Leader = leader;
        leader.Followers.Add(job);
        _followers.Insert(job);
    }
}
