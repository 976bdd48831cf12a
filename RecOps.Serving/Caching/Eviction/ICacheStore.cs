namespace RecOps.Serving.Caching.Eviction;

/// <summary>Properties of a value that a store needs to judge its worth.</summary>
internal interface ICacheValue
{
    /// <summary>Memory, including its own and the store's overhead.</summary>
    int Bytes { get; }

    /// <summary>Device time to compute it, in microseconds.</summary>
    float Cost { get; }

    /// <summary>Cluster of its user; -1 for none.</summary>
    int Cluster { get; }

    /// <summary>Whether a caller waited for it: values computed ahead say nothing about demand.</summary>
    bool WasAskedFor { get; }

    /// <summary>Order of its inputs: of two values for a key, the larger is newer.</summary>
    long Version { get; }
}

/// <summary>Why a value was removed or not admitted.</summary>
internal enum RemovalReason
{
    /// <summary>Others are worth more, and there is no room for all.</summary>
    Capacity,

    /// <summary>Its hard lifetime has ended.</summary>
    Expired,

    /// <summary>A person purged it.</summary>
    Purged,

    /// <summary>A newer value replaced it.</summary>
    Replaced,
}

/// <summary>Observes removals. Called under the store's lock: must be quick.</summary>
internal interface ICacheObserver
{
    void Removed(RemovalReason reason);
}

/// <summary>Values by key, bounded in bytes. Safe from any thread; a hit allocates nothing and never blocks.</summary>
internal interface ICacheStore<TKey, TValue>
    where TKey : notnull
    where TValue : class, ICacheValue
{
    int Count { get; }

    /// <summary>Total over all values.</summary>
    long Bytes { get; }

    long CapacityBytes { get; }

    bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TValue? value);

    /// <summary>Looks up a value without counting a use.</summary>
    bool TryPeek(TKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TValue? value);

    /// <summary>Adds a value, if it is worth its place.</summary>
    /// <returns>False when a newer value was there, which stays.</returns>
    bool Set(TKey key, TValue value);

    /// <summary>Removes a value, if it is still the current one.</summary>
    bool Remove(TKey key, TValue value, RemovalReason reason);

    /// <summary>A weakly consistent snapshot of all values, in no order. Blocks nobody.</summary>
    IEnumerable<KeyValuePair<TKey, TValue>> Entries();

    /// <summary>All values, the most valuable first as far as the store knows. Writes may wait for it.</summary>
    IEnumerable<KeyValuePair<TKey, TValue>> BestFirst();
}
