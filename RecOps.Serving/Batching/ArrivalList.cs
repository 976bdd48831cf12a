namespace RecOps.Serving.Batching;

/// <summary>Jobs in order of arrival: an intrusive linked list. A mutable struct, so that a job can hold one.</summary>
internal struct ArrivalList<TJob>
    where TJob : BatchJob<TJob>
{
    private TJob? _newest;

    public TJob? Oldest { get; private set; }

    public void Add(TJob job)
    {
        job.Older = _newest;
        job.Newer = null;
        if (_newest is null)
            Oldest = job;
        else
            _newest.Newer = job;
        _newest = job;
    }

    public void Remove(TJob job)
    {
        if (job.Older is null)
            Oldest = job.Newer;
        else
            job.Older.Newer = job.Newer;
        if (job.Newer is null)
            _newest = job.Older;
        else
            job.Newer.Older = job.Older;
        job.Older = job.Newer = null;
    }
}
