using RecOps.Serving.Caching.Eviction;

namespace RecOps.Tests.Serving.Caching.Eviction;

internal sealed class Value(int bytes) : ICacheValue
{
    public int Bytes => bytes;

    public float Cost { get; init; } = 1;

    public int Cluster { get; init; } = -1;

    public bool WasAskedFor { get; init; } = true;

    public long Version { get; init; }
}

/// <summary>Records what it observes.</summary>
internal sealed class Observer : ICacheObserver
{
    private readonly List<RemovalReason> _reasons = [];

    public IReadOnlyList<RemovalReason> Reasons
    {
        get
        {
            lock (_reasons)
                return [.. _reasons];
        }
    }

    public void Removed(RemovalReason reason)
    {
        lock (_reasons)
            _reasons.Add(reason);
    }
}
