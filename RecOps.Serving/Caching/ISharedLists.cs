using RecOps.Serving.Metrics;

namespace RecOps.Serving.Caching;

/// <summary>
/// A second cache tier shared by several engines. It may be slow, gone or frozen at any time, and never delays a request beyond its limit.
/// </summary>
internal interface ISharedLists
{
    /// <summary>False where there is none; all other members then do nothing.</summary>
    bool IsConfigured { get; }

    /// <summary>The longest that a request waits.</summary>
    TimeSpan Deadline { get; }

    /// <param name="items">Items of the model that the key belongs to.</param>
    /// <returns>Null when there is none, or it did not arrive in time.</returns>
    ValueTask<CachedList?> ReadAsync(CacheKey key, int items);

    /// <returns>In the order of the keys; null where there is none.</returns>
    Task<CachedList?[]> ReadManyAsync(IReadOnlyList<CacheKey> keys, int items);

    /// <summary>Queues a list to be written.</summary>
    void Write(in CacheKey key, CachedList list);

    /// <summary>A list that was read has been served.</summary>
    void CountHit();

    /// <summary>What happened since the last call. One caller at a time.</summary>
    SharedListsSecond TakeSecond();
}

/// <summary>Activity of the second tier in one interval of about a second.</summary>
/// <param name="Reads">By outcome: succeeded, timed out, failed, skipped.</param>
/// <param name="Writes">The same.</param>
/// <param name="SharedReads">Reads saved because another request was already reading the same list.</param>
/// <param name="Latency">Latency of the reads that were started.</param>
internal sealed record SharedListsSecond(long[] Reads, long[] Writes, long Hits, long SharedReads, CompactHistogram Latency);

/// <summary>No second tier.</summary>
internal sealed class NoSharedLists : ISharedLists
{
    public bool IsConfigured => false;

    public TimeSpan Deadline => TimeSpan.Zero;

    public ValueTask<CachedList?> ReadAsync(CacheKey key, int items) => new((CachedList?)null);

    public Task<CachedList?[]> ReadManyAsync(IReadOnlyList<CacheKey> keys, int items) => Task.FromResult(new CachedList?[keys.Count]);

    public void Write(in CacheKey key, CachedList list) { }

    public void CountHit() { }

    public SharedListsSecond TakeSecond() => throw new InvalidOperationException("There is no second tier.");
}
