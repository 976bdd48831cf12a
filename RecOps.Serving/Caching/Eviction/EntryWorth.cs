namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// What an entry is worth: how often it may be asked for, times what it costs to compute, by the memory it takes. How often is its own
/// count of late, and what its cluster's entries are asked for on average just now: a shopper is the likelier to come back while people
/// like them are about.
/// </summary>
internal sealed class EntryWorth(FrequencySketch frequency, ClusterRates clusters)
{
    public double Of(EvictionNode node) => (frequency.Estimate(node.Hash) + clusters.RateOf(node.Cluster)) * node.Cost / node.Bytes;
}
