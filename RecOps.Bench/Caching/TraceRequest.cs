namespace RecOps.Bench.Caching;

/// <summary>One request of a trace.</summary>
/// <param name="Key">Of the list asked for.</param>
/// <param name="Bytes">Memory that the list takes.</param>
/// <param name="Cost">Time to compute it, in units of an ordinary list's.</param>
/// <param name="Cluster">Of the shopper, -1 for none.</param>
internal readonly record struct TraceRequest(ulong Key, int Bytes, float Cost, int Cluster);

/// <summary>Requests in their order.</summary>
internal sealed record Trace(string Name, string About, TraceRequest[] Requests)
{
    /// <summary>Of each key once.</summary>
    public long DistinctBytes { get; } = Requests.DistinctBy(request => request.Key).Sum(request => (long)request.Bytes);

    public int LargestBytes { get; } = Requests.Max(request => request.Bytes);
}
