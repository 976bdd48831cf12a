namespace RecOps.Serving.Caching.Eviction;

/// <summary>Where an entry stands.</summary>
internal enum Segment : byte
{
    /// <summary>Nowhere: not put in yet, or taken out.</summary>
    None,

    /// <summary>New ones, by recency.</summary>
    Window,

    /// <summary>Of the main part: those not asked for since they came into it.</summary>
    Probation,

    /// <summary>Of the main part: those that were.</summary>
    Protected,
}

/// <summary>An entry as eviction sees it; a link of the list of its segment.</summary>
internal class EvictionNode
{
    /// <summary>Of its key; entries of equal hash count as one for how often they are asked for.</summary>
    public required ulong Hash { get; init; }

    public int Bytes { get; set; }

    /// <summary>Time to compute it anew, microseconds.</summary>
    public float Cost { get; set; }

    /// <summary>-1 for none.</summary>
    public int Cluster { get; set; } = -1;

    public Segment Segment { get; set; }

    /// <summary>Towards the most recent.</summary>
    public EvictionNode? Newer { get; set; }

    /// <summary>Towards the least recent.</summary>
    public EvictionNode? Older { get; set; }
}
