namespace RecOps.Serving.Caching;

/// <summary>How usable a cached list is.</summary>
internal enum Freshness
{
    /// <summary>There is none, or it may not even be served as a fallback list any more.</summary>
    Absent,

    /// <summary>As good as newly computed.</summary>
    Fresh,

    /// <summary>Past its soft lifetime: served, and refreshed.</summary>
    Aged,

    /// <summary>The user has been active since: only served when no list can be computed.</summary>
    Outdated,
}

/// <summary>Lifetimes of lists. Jitter shortens soft lifetimes, so that lists made together are not refreshed together.</summary>
internal sealed class Lifetimes(CachingOptions options)
{
    /// <summary>Largest share of the soft lifetime that jitter takes.</summary>
    public const double Jitter = 0.2;

    private readonly long _soft = (long)options.SoftTtl.Span.TotalMilliseconds;
    private readonly long _negative = (long)Math.Min(options.NegativeTtl.Span.TotalMilliseconds, options.SoftTtl.Span.TotalMilliseconds);
    private readonly long _hard = (long)options.HardTtl.Span.TotalMilliseconds;

    /// <summary>Unix milliseconds at which the list is aged.</summary>
    public long StaleFrom(in CacheKey key, CachedList list)
    {
        long lifetime = list.Count == 0 ? _negative : _soft;
        return list.Computed + lifetime - (long)(lifetime * Jitter * (key.Hash >> 40) / (1 << 24));
    }

    /// <summary>Unix milliseconds at which the list is gone.</summary>
    public long ExpiresAt(CachedList list) => list.Computed + _hard;

    /// <param name="stamp">Stamp of the user's current history.</param>
    /// <param name="purgedAt">Unix milliseconds; earlier lists must not be served.</param>
    /// <param name="now">Unix milliseconds.</param>
    public Freshness Of(in CacheKey key, CachedList list, ulong stamp, long purgedAt, long now)
    {
        if (now >= ExpiresAt(list) || list.Computed <= purgedAt)
            return Freshness.Absent;
        if (list.Stamp != stamp)
            return Freshness.Outdated;
        return now >= StaleFrom(key, list) ? Freshness.Aged : Freshness.Fresh;
    }
}
