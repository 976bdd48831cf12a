namespace RecOps.Serving.Caching.Eviction;

/// <summary>Entries of a segment in order of recency. Adding and removing allocate nothing.</summary>
internal sealed class EvictionList(Segment segment)
{
    public EvictionNode? Newest { get; private set; }

    public EvictionNode? Oldest { get; private set; }

    public long Bytes { get; private set; }

    public void AddNewest(EvictionNode node)
    {
        (node.Segment, node.Newer, node.Older) = (segment, null, Newest);
        if (Newest is null)
            Oldest = node;
        else
            Newest.Newer = node;
        Newest = node;
        Bytes += node.Bytes;
    }

    public void AddOldest(EvictionNode node)
    {
        (node.Segment, node.Newer, node.Older) = (segment, Oldest, null);
        if (Oldest is null)
            Newest = node;
        else
            Oldest.Older = node;
        Oldest = node;
        Bytes += node.Bytes;
    }

    public void Remove(EvictionNode node)
    {
        if (node.Newer is null)
            Newest = node.Older;
        else
            node.Newer.Older = node.Older;
        if (node.Older is null)
            Oldest = node.Newer;
        else
            node.Older.Newer = node.Newer;
        (node.Segment, node.Newer, node.Older) = (Segment.None, null, null);
        Bytes -= node.Bytes;
    }
}
