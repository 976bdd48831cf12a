namespace RecOps.Serving.Caching.Eviction;

/// <summary>Recent requests, with a short and a long memory. Not thread-safe.</summary>
internal sealed class RequestHistory
{
    private const int ShortHalfLife = 3;
    private const int LongHalfLife = 16;
    private readonly FrequencySketch _short;
    private readonly FrequencySketch _long;

    /// <param name="entries">Approximate number of entries in the cache; half-lives are multiples of it.</param>
    public RequestHistory(int entries)
    {
        _short = new FrequencySketch(entries, (long)ShortHalfLife * entries);
        _long = new FrequencySketch(entries, (long)LongHalfLife * entries);
        Clusters = new ClusterRates(entries);
        Worths = [new EntryWorth(_short, Clusters), new EntryWorth(_long, Clusters)];
    }

    public ClusterRates Clusters { get; }

    /// <summary>Worth by the short and by the long memory.</summary>
    public IReadOnlyList<EntryWorth> Worths { get; }

    /// <summary>An entry was requested, whether or not it was cached.</summary>
    public void Asked(EvictionNode node)
    {
        _short.Increment(node.Hash);
        _long.Increment(node.Hash);
        Clusters.Asked(node.Cluster);
    }
}
