namespace RecOps.Serving.Caching.Eviction;

/// <summary>What was asked for of late, with a short memory and with a long one. Not thread-safe.</summary>
internal sealed class RequestHistory
{
    private const int ShortHalfLife = 3;
    private const int LongHalfLife = 16;
    private readonly FrequencySketch _short;
    private readonly FrequencySketch _long;

    /// <param name="entries">About how many fit into the cache; half-lives are multiples of it.</param>
    public RequestHistory(int entries)
    {
        _short = new FrequencySketch(entries, (long)ShortHalfLife * entries);
        _long = new FrequencySketch(entries, (long)LongHalfLife * entries);
        Clusters = new ClusterRates(entries);
        Worths = [new EntryWorth(_short, Clusters), new EntryWorth(_long, Clusters)];
    }

    public ClusterRates Clusters { get; }

    /// <summary>What entries are worth: to the short memory, and to the long one.</summary>
    public IReadOnlyList<EntryWorth> Worths { get; }

    /// <summary>An entry was asked for, whether it was there or not.</summary>
    public void Asked(EvictionNode node)
    {
        _short.Increment(node.Hash);
        _long.Increment(node.Hash);
        Clusters.Asked(node.Cluster);
    }
}
