namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// The worth of an entry: expected requests × cost to compute ÷ bytes. Expected requests are its own recent count plus the current average
/// of its cluster's entries: shoppers are more likely to return while similar shoppers are active.
/// </summary>
internal sealed class EntryWorth(FrequencySketch frequency, ClusterRates clusters)
{
    public double Of(EvictionNode node) => (frequency.Estimate(node.Hash) + clusters.RateOf(node.Cluster)) * node.Cost / node.Bytes;
}
