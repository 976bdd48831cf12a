namespace RecOps.Serving.Caching.Eviction;

/// <summary>What a store needs to know of a value to judge what it is worth.</summary>
internal interface ICacheValue
{
    /// <summary>Memory it takes, its own overhead and the store's included.</summary>
    int Bytes { get; }

    /// <summary>Time it took to compute, microseconds of the device.</summary>
    float Cost { get; }

    /// <summary>Cluster of the user it is for; -1 for none.</summary>
    int Cluster { get; }

    /// <summary>Whether someone waited for it: what was computed ahead says nothing of what is asked for.</summary>
    bool WasAskedFor { get; }

    /// <summary>Order of what it was computed from: of two values for a key the one with the larger is newer.</summary>
    long Version { get; }
}

/// <summary>Why a value left a store, or did not come in.</summary>
internal enum RemovalReason
{
    /// <summary>Others are worth more and there is no room for all.</summary>
    Capacity,

    /// <summary>Its hard lifetime is over.</summary>
    Expired,

    /// <summary>A person had it removed.</summary>
    Purged,

    /// <summary>A newer value has its key.</summary>
    Replaced,
}

/// <summary>Is told what leaves a store. Called under its lock: must be quick.</summary>
internal interface ICacheObserver
{
    void Removed(RemovalReason reason);
}

/// <summary>Values by key within a bound in bytes. Safe from any thread; a hit allocates nothing and waits for nobody.</summary>
internal interface ICacheStore<TKey, TValue>
    where TKey : notnull
    where TValue : class, ICacheValue
{
    int Count { get; }

    /// <summary>Of all values.</summary>
    long Bytes { get; }

    long CapacityBytes { get; }

    bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TValue? value);

    /// <summary>Looks without it counting as use.</summary>
    bool TryPeek(TKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TValue? value);

    /// <summary>Puts a value in, as far as it is worth its place.</summary>
    /// <returns>False when a newer value was there, which stays.</returns>
    bool Set(TKey key, TValue value);

    /// <summary>Takes a value out, if it is still the one that is there.</summary>
    bool Remove(TKey key, TValue value, RemovalReason reason);

    /// <summary>All values at about this moment, in no order. Holds nobody up.</summary>
    IEnumerable<KeyValuePair<TKey, TValue>> Entries();

    /// <summary>All values, most worth keeping first as far as the store knows. Writes may wait for it.</summary>
    IEnumerable<KeyValuePair<TKey, TValue>> BestFirst();
}
