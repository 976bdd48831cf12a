using RecOps.Serving.Metrics;

namespace RecOps.Serving.Caching;

/// <summary>
/// A second tier of the cache, which several engines share. It may be slow, gone or frozen at any time, and never keeps a request longer
/// than it says.
/// </summary>
internal interface ISharedLists
{
    /// <summary>False where there is none; the rest then does nothing.</summary>
    bool IsConfigured { get; }

    /// <summary>What a request waits at most.</summary>
    TimeSpan Deadline { get; }

    /// <param name="items">Of the model that the key is for.</param>
    /// <returns>Null when there is none, or none in time.</returns>
    ValueTask<CachedList?> ReadAsync(CacheKey key, int items);

    /// <returns>In the order of the keys, null where there is none.</returns>
    Task<CachedList?[]> ReadManyAsync(IReadOnlyList<CacheKey> keys, int items);

    /// <summary>Has a list written soon.</summary>
    void Write(in CacheKey key, CachedList list);

    /// <summary>A list that was read was given.</summary>
    void CountHit();

    /// <summary>What happened since the last call. Only one caller at a time.</summary>
    SharedListsSecond TakeSecond();
}

/// <summary>What was asked of the second tier in one interval, about a second.</summary>
/// <param name="Reads">By how they ended: succeeded, timed out, failed, skipped.</param>
/// <param name="Writes">The same.</param>
/// <param name="SharedReads">Saved because another request was at it.</param>
/// <param name="Latency">Of reads that were begun.</param>
internal sealed record SharedListsSecond(long[] Reads, long[] Writes, long Hits, long SharedReads, CompactHistogram Latency);

/// <summary>There is no second tier.</summary>
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
