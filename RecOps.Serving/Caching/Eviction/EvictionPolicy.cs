namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// Keeps entries within a bound in bytes. Not thread-safe. Source: W-TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient
/// Cache Admission Policy", 2017), with <see cref="EntryWorth"/> instead of frequency.
/// 1. New entries enter a window, ordered by recency.
/// 2. While the cache has room, entries that leave the window enter probation, the first segment of the main part.
/// 3. When it is full, the window's oldest entry competes with the least valuable of the 16 oldest in probation (in the protected segment
/// if probation is empty). The one worth less is evicted.
/// 4. A request moves a main entry to the protected segment, at most 80 % of the main part; its overflow returns to probation.
/// 5. A shrinking window moves its oldest entries to the eviction end of probation. A window of the whole capacity is LRU.
/// </summary>
internal sealed class EvictionPolicy(long capacityBytes, PolicySetting setting)
{
    private const double ProtectedShare = 0.8;

    /// <summary>Entries of the main part that are examined for the least valuable one.</summary>
    private const int Looks = 16;

    private readonly EvictionList _window = new(Segment.Window);
    private readonly EvictionList _probation = new(Segment.Probation);
    private readonly EvictionList _protected = new(Segment.Protected);

    public long Bytes => _window.Bytes + _probation.Bytes + _protected.Bytes;

    /// <summary>May change at any time; the segments adapt.</summary>
    public PolicySetting Setting
    {
        get;
        set
        {
            if (field == value)
                return;
            field = value;
            ShrinkWindow();
        }
    } = setting;

    private long WindowBytes => Math.Max((long)(capacityBytes * Setting.WindowShare), 1);

    /// <summary>An entry was requested.</summary>
    public void Touch(EvictionNode node)
    {
        if (node.Segment == Segment.None)
            return;
        bool wasWindow = node.Segment == Segment.Window;
        Remove(node);

        // A window that has just grown takes requested entries in.
        if (wasWindow || _window.Bytes + node.Bytes <= WindowBytes)
        {
            _window.AddNewest(node);
            return;
        }

        _protected.AddNewest(node);
        DemoteProtected();
    }

    public void Add(EvictionNode node) => _window.AddNewest(node);

    /// <summary>An entry's value was replaced by one of another size, which counts as a use.</summary>
    public void Resize(EvictionNode node, int bytes)
    {
        EvictionList list = ListOf(node.Segment);
        list.Remove(node);
        node.Bytes = bytes;
        list.AddNewest(node);
    }

    public void Remove(EvictionNode node) => ListOf(node.Segment).Remove(node);

    /// <summary>Evicts one entry per call until everything fits.</summary>
    /// <returns>The evicted entry; null when everything fits.</returns>
    public EvictionNode? Evict()
    {
        long window = WindowBytes;
        while (_window.Bytes > window && _window.Oldest is { } candidate)
        {
            if (Bytes <= capacityBytes)
            {
                _window.Remove(candidate);
                _probation.AddNewest(candidate);
                continue;
            }

            EvictionNode loser = Cheapest() is { } victim && Setting.Worth.Of(candidate) > Setting.Worth.Of(victim) ? victim : candidate;
            Remove(loser);
            return loser;
        }

        if (Bytes <= capacityBytes)
            return null;
        EvictionNode? least = _probation.Oldest ?? _protected.Oldest ?? _window.Oldest;
        if (least is not null)
            Remove(least);
        return least;
    }

    /// <summary>All entries, the most valuable first as far as the segments tell.</summary>
    public IEnumerable<EvictionNode> All()
    {
        foreach (EvictionList list in (EvictionList[])[_protected, _window, _probation])
        {
            for (EvictionNode? node = list.Newest; node is not null; node = node.Older)
                yield return node;
        }
    }

    /// <summary>Least valuable of the main part's least recent entries.</summary>
    private EvictionNode? Cheapest()
    {
        EvictionNode? least = _probation.Oldest ?? _protected.Oldest;
        if (least is null)
            return null;
        double leastWorth = Setting.Worth.Of(least);
        EvictionNode? next = least.Newer;
        for (int i = 1; i < Looks && next is not null; i++, next = next.Newer)
        {
            double nextWorth = Setting.Worth.Of(next);
            if (nextWorth < leastWorth)
                (least, leastWorth) = (next, nextWorth);
        }

        return least;
    }

    private void DemoteProtected()
    {
        long most = (long)(capacityBytes * (1 - Setting.WindowShare) * ProtectedShare);
        while (_protected.Bytes > most && _protected.Oldest is { } oldest)
        {
            _protected.Remove(oldest);
            _probation.AddNewest(oldest);
        }
    }

    /// <summary>Moves the window's excess to the main part's eviction end, in order: it has not proved its worth yet.</summary>
    private void ShrinkWindow()
    {
        long kept = 0;
        EvictionNode? node = _window.Newest;
        while (node is not null && (kept += node.Bytes) <= WindowBytes)
            node = node.Older;
        while (node is not null)
        {
            EvictionNode? older = node.Older;
            _window.Remove(node);
            _probation.AddOldest(node);
            node = older;
        }
    }

    private EvictionList ListOf(Segment segment) =>
        segment switch
        {
            Segment.Window => _window,
            Segment.Probation => _probation,
            _ => _protected,
        };
}
