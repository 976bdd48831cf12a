namespace RecOps.Serving.Batching;

/// <summary>
/// Jobs by deadline, earliest first, ties in order of arrival. A linked list searched from its end: deadlines mostly come in order, so
/// insertion looks at one or two jobs.
/// </summary>
internal sealed class DeadlineList<TJob>
    where TJob : BatchJob<TJob>
{
    private TJob? _last;

    public TJob? First { get; private set; }

    public int Count { get; private set; }

    public void Insert(TJob job)
    {
        TJob? before = _last;
        while (before is not null && before.Deadline > job.Deadline)
            before = before.Earlier;
        TJob? after = before is null ? First : before.Later;
        job.Earlier = before;
        job.Later = after;
        if (before is null)
            First = job;
        else
            before.Later = job;
        if (after is null)
            _last = job;
        else
            after.Earlier = job;
        Count++;
    }

    public void Remove(TJob job)
    {
        if (job.Earlier is null)
            First = job.Later;
        else
            job.Earlier.Later = job.Later;
        if (job.Later is null)
            _last = job.Earlier;
        else
            job.Later.Earlier = job.Earlier;
        job.Earlier = job.Later = null;
        Count--;
    }
}
