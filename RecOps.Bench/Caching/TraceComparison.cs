namespace RecOps.Bench.Caching;

/// <summary>One trace replayed through all caches, at several sizes.</summary>
internal sealed record TraceComparison(Trace Trace, IReadOnlyList<SizeComparison> Sizes)
{
    public static TraceComparison Run(Trace trace, IEnumerable<double> shares)
    {
        Trace unclustered = trace with { Requests = [.. trace.Requests.Select(request => request with { Cluster = -1 })] };
        return new TraceComparison(trace, [.. shares.Select(Compare)]);

        SizeComparison Compare(double share)
        {
            long capacity = (long)(trace.DistinctBytes * share);
            return new SizeComparison(
                share,
                capacity,
                Rivals.Run(Rivals.Own, trace, capacity),
                Rivals.Run(Rivals.Own, unclustered, capacity),
                [.. Rivals.Names.Select(name => Rivals.Run(name, trace, capacity))],
                Rivals.Run(Rivals.Best, trace, capacity)
            );
        }
    }
}

/// <param name="Share">Capacity relative to the memory that all lists would take.</param>
/// <param name="Unclustered">RecOps's own cache without knowledge of clusters.</param>
/// <param name="Rivals">In the order of <see cref="Caching.Rivals.Names"/>.</param>
internal sealed record SizeComparison(double Share, long Capacity, CacheRun Own, CacheRun Unclustered, CacheRun[] Rivals, CacheRun Best)
{
    /// <summary>Percentage points of hit rate above the best rival.</summary>
    public double HitLead => (Own.HitRatio - Rivals.Max(run => run.HitRatio)) * 100;

    /// <summary>Percentage points of saved cost above the best rival.</summary>
    public double SavedLead => (Own.Saved - Rivals.Max(run => run.Saved)) * 100;
}
