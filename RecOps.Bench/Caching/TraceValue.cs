using RecOps.Serving.Caching.Eviction;

namespace RecOps.Bench.Caching;

/// <summary>Stands in for a list of a trace in a store: it claims the list's bytes without allocating them.</summary>
internal sealed class TraceValue(in TraceRequest request) : ICacheValue
{
    public int Bytes { get; } = request.Bytes;

    public float Cost { get; } = request.Cost;

    public int Cluster { get; } = request.Cluster;

    public bool WasAskedFor => true;

    public long Version => 0;
}
