namespace RecOps.Serving.Caching;

/// <summary>What a cached list is good for.</summary>
internal enum Freshness
{
    /// <summary>There is none, or not even a lesser answer may be given from it any more.</summary>
    Absent,

    /// <summary>As good as computed.</summary>
    Fresh,

    /// <summary>Past its soft lifetime: given, and renewed.</summary>
    Aged,

    /// <summary>The user did something since: only for when no list can be computed.</summary>
    Outdated,
}

/// <summary>How long lists live. Jitter shortens soft lifetimes, so that lists that were made together are not renewed together.</summary>
internal sealed class Lifetimes(CachingOptions options)
{
    /// <summary>Share of the soft lifetime that jitter takes at most.</summary>
    public const double Jitter = 0.2;

    private readonly long _soft = (long)options.SoftTtl.Span.TotalMilliseconds;
    private readonly long _negative = (long)Math.Min(options.NegativeTtl.Span.TotalMilliseconds, options.SoftTtl.Span.TotalMilliseconds);
    private readonly long _hard = (long)options.HardTtl.Span.TotalMilliseconds;

    /// <summary>Unix milliseconds from which the list is aged.</summary>
    public long StaleFrom(in CacheKey key, CachedList list)
    {
        long lifetime = list.Count == 0 ? _negative : _soft;
        return list.Computed + lifetime - (long)(lifetime * Jitter * (key.Hash >> 40) / (1 << 24));
    }

    /// <summary>Unix milliseconds from which the list is gone.</summary>
    public long ExpiresAt(CachedList list) => list.Computed + _hard;

    /// <param name="stamp">Of what the user has done by now.</param>
    /// <param name="purgedAt">Unix milliseconds; lists of before are not to be given.</param>
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
