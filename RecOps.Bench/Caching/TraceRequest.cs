namespace RecOps.Bench.Caching;

/// <summary>One request of a trace.</summary>
/// <param name="Key">Key of the requested list.</param>
/// <param name="Bytes">Memory that the list takes.</param>
/// <param name="Cost">Time to compute it, relative to an ordinary list.</param>
/// <param name="Cluster">The shopper's cluster, or -1.</param>
internal readonly record struct TraceRequest(ulong Key, int Bytes, float Cost, int Cluster);

/// <summary>Requests in order.</summary>
internal sealed record Trace(string Name, string About, TraceRequest[] Requests)
{
    /// <summary>Total bytes, counting each key once.</summary>
    public long DistinctBytes { get; } = Requests.DistinctBy(request => request.Key).Sum(request => (long)request.Bytes);

    public int LargestBytes { get; } = Requests.Max(request => request.Bytes);
}
