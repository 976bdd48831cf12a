using System.Diagnostics.Metrics;
using RecOps.Serving.Caching.Eviction;

namespace RecOps.Serving.Caching;

/// <summary>Counts cache activity, for the console's live view and for OpenTelemetry. Safe from any thread; allocates nothing.</summary>
internal sealed class CachingMetrics : ICacheObserver, IDisposable
{
    /// <summary>Names in the order of <see cref="MissReason"/>.</summary>
    public static readonly string[] MissNames = ["absent", "outdated", "expired"];

    /// <summary>Names in the order of <see cref="RemovalReason"/>.</summary>
    public static readonly string[] RemovalNames = ["capacity", "expired", "purged", "replaced"];

    private readonly Meter _meter;
    private readonly Counter<long> _missCount;
    private readonly Counter<long> _removalCount;
    private readonly Counter<long> _refreshCount;
    private readonly Counter<long> _lateCount;
    private readonly long[] _misses = new long[MissNames.Length];
    private readonly long[] _removals = new long[RemovalNames.Length];
    private long _hitAge;
    private long _refreshes;
    private long _lateWrites;

    public CachingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("RecOps.Caching");
        _missCount = _meter.CreateCounter<long>("recops.cache.misses", "{lookup}", "Lookups without a list to serve at once, by reason.");
        _removalCount = _meter.CreateCounter<long>(
            "recops.cache.removals",
            "{list}",
            "Lists that left L1 or were not admitted, by reason."
        );
        _refreshCount = _meter.CreateCounter<long>("recops.cache.refreshes", "{list}", "Aged lists refreshed in spare time.");
        _lateCount = _meter.CreateCounter<long>("recops.cache.late", "{list}", "Results discarded because a newer one was cached.");
    }

    public void Watch(Func<long> bytes, Func<int> entries)
    {
        _meter.CreateObservableGauge("recops.cache.size", bytes, "By", "Bytes of lists in L1.");
        _meter.CreateObservableGauge("recops.cache.entries", entries, "{list}", "Lists in L1.");
    }

    /// <param name="ageMilliseconds">Age of the served list.</param>
    public void Hit(long ageMilliseconds) => Interlocked.Add(ref _hitAge, Math.Max(0, ageMilliseconds));

    public void Missed(MissReason reason)
    {
        Interlocked.Increment(ref _misses[(int)reason]);
        _missCount.Add(1, new KeyValuePair<string, object?>("reason", MissNames[(int)reason]));
    }

    public void Removed(RemovalReason reason)
    {
        Interlocked.Increment(ref _removals[(int)reason]);
        _removalCount.Add(1, new KeyValuePair<string, object?>("reason", RemovalNames[(int)reason]));
    }

    public void Refreshed()
    {
        Interlocked.Increment(ref _refreshes);
        _refreshCount.Add(1);
    }

    public void RefusedLate()
    {
        Interlocked.Increment(ref _lateWrites);
        _lateCount.Add(1);
    }

    /// <summary>What happened since the last call. One caller at a time.</summary>
    public CachingSecond TakeSecond() =>
        new(
            Take(_misses),
            Take(_removals),
            Interlocked.Exchange(ref _hitAge, 0),
            Interlocked.Exchange(ref _refreshes, 0),
            Interlocked.Exchange(ref _lateWrites, 0)
        );

    public void Dispose() => _meter.Dispose();

    private static long[] Take(long[] counts)
    {
        var taken = new long[counts.Length];
        for (int i = 0; i < taken.Length; i++)
            taken[i] = Interlocked.Exchange(ref counts[i], 0);
        return taken;
    }
}

/// <summary>Why a lookup found no list to serve at once.</summary>
internal enum MissReason
{
    Absent,
    Outdated,
    Expired,
}

/// <summary>What happened in one interval of about a second.</summary>
/// <param name="Misses">By <see cref="MissReason"/>.</param>
/// <param name="Removals">By <see cref="RemovalReason"/>.</param>
/// <param name="HitAgeMilliseconds">Over all served lists.</param>
internal sealed record CachingSecond(long[] Misses, long[] Removals, long HitAgeMilliseconds, long Refreshes, long LateWrites)
{
    public long Bytes { get; init; }

    public int Entries { get; init; }

    /// <summary>Null where there is no second tier.</summary>
    public SharedListsSecond? Shared { get; init; }
}
