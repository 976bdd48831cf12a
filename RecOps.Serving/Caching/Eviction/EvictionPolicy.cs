namespace RecOps.Serving.Caching.Eviction;

/// <summary>
/// Decides what stays within a bound in bytes. New entries come into a window kept by recency; what falls out of it has to be worth more
/// than what the main part, a segmented LRU, would give up first (W-TinyLFU: Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient
/// Cache Admission Policy", 2017). Worth is that of <see cref="EntryWorth"/>. A window of everything is LRU. Not thread-safe.
/// </summary>
internal sealed class EvictionPolicy(long capacityBytes, PolicySetting setting)
{
    private const double ProtectedShare = 0.8;

    /// <summary>Entries that the main part looks at for the one that is worth least.</summary>
    private const int Looks = 16;

    private readonly EvictionList _window = new(Segment.Window);
    private readonly EvictionList _probation = new(Segment.Probation);
    private readonly EvictionList _protected = new(Segment.Protected);

    public long Bytes => _window.Bytes + _probation.Bytes + _protected.Bytes;

    /// <summary>May change at any time; the segments follow.</summary>
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

    /// <summary>An entry was asked for.</summary>
    public void Touch(EvictionNode node)
    {
        if (node.Segment == Segment.None)
            return;
        bool wasWindow = node.Segment == Segment.Window;
        Remove(node);

        // A window that has just become larger takes what is asked for.
        if (wasWindow || _window.Bytes + node.Bytes <= WindowBytes)
        {
            _window.AddNewest(node);
            return;
        }

        _protected.AddNewest(node);
        DemoteProtected();
    }

    public void Add(EvictionNode node) => _window.AddNewest(node);

    /// <summary>An entry's value was replaced by one of so many bytes, which counts as use.</summary>
    public void Resize(EvictionNode node, int bytes)
    {
        EvictionList list = ListOf(node.Segment);
        list.Remove(node);
        node.Bytes = bytes;
        list.AddNewest(node);
    }

    public void Remove(EvictionNode node) => ListOf(node.Segment).Remove(node);

    /// <summary>Names entries to evict, one a call, until all fit.</summary>
    /// <returns>The next that has been taken out; null when all fit.</returns>
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

    /// <summary>All entries, those most worth keeping first as far as their segments tell.</summary>
    public IEnumerable<EvictionNode> All()
    {
        foreach (EvictionList list in (EvictionList[])[_protected, _window, _probation])
        {
            for (EvictionNode? node = list.Newest; node is not null; node = node.Older)
                yield return node;
        }
    }

    /// <summary>Of the main part's least recent.</summary>
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

    /// <summary>
    /// What the window has too much becomes what the main part gives up first, in its order: it had to be worth nothing to be there.
    /// </summary>
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
