namespace RecOps.Serving.Caching.Eviction;

/// <summary>The segment of an entry.</summary>
internal enum Segment : byte
{
    /// <summary>None: not added yet, or removed.</summary>
    None,

    /// <summary>New entries, by recency.</summary>
    Window,

    /// <summary>Main part: entries not requested since they entered it.</summary>
    Probation,

    /// <summary>Main part: entries requested since.</summary>
    Protected,
}

/// <summary>A cache entry as seen by eviction; a node in its segment's list.</summary>
internal class EvictionNode
{
    /// <summary>Hash of its key; entries with equal hashes share one frequency.</summary>
    public required ulong Hash { get; init; }

    public int Bytes { get; set; }

    /// <summary>Time to recompute it, in microseconds.</summary>
    public float Cost { get; set; }

    /// <summary>-1 for none.</summary>
    public int Cluster { get; set; } = -1;

    public Segment Segment { get; set; }

    /// <summary>Next more recent entry.</summary>
    public EvictionNode? Newer { get; set; }

    /// <summary>Next less recent entry.</summary>
    public EvictionNode? Older { get; set; }
}
