using RecOps.Serving.Caching.Eviction;

namespace RecOps.Bench.Caching;

/// <summary>Stands for a list of a trace in a store: as many bytes as it says, without taking them.</summary>
internal sealed class TraceValue(in TraceRequest request) : ICacheValue
{
    public int Bytes { get; } = request.Bytes;

    public float Cost { get; } = request.Cost;

    public int Cluster { get; } = request.Cluster;

    public bool WasAskedFor => true;

    public long Version => 0;
}
