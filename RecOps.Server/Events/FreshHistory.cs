namespace RecOps.Server.Events;

/// <summary>What one shopper did since the bundle was made. Never changes: an event makes a new one.</summary>
internal sealed class FreshHistory
{
    public static readonly FreshHistory Empty = new([], []);

    private FreshHistory(FreshEvent[] events, FreshEvent[] entries)
    {
        Events = events;
        Entries = entries;
        foreach (FreshEvent e in events) Stamp ^= (ulong)HashCode.Combine(e.Item, e.Kind, e.UnixMilliseconds) * 0x9E3779B97F4A7C15;
    }

    public ulong Stamp { get; }

    public long PurgedAt { get; init; }

    /// <summary>Every event, newest first.</summary>
    public FreshEvent[] Events { get; }

    /// <summary>History entries, newest first: events on one item within one visit are one entry, with the newest's time and the strongest kind.</summary>
    public FreshEvent[] Entries { get; }

    /// <summary>The history with one more event, which need not be the newest.</summary>
    /// <param name="capacity">The oldest beyond it are dropped.</param>
    /// <param name="mergeWithinMinutes">See <see cref="Shared.Bundles.FeatureSpec.MergeWithinMinutes"/>.</param>
    public FreshHistory With(FreshEvent added, int capacity, int mergeWithinMinutes)
    {
        int place = 0;
        while (place < Events.Length && Events[place].UnixMilliseconds > added.UnixMilliseconds) place++;
        if (place == capacity) return this;
        var events = new FreshEvent[Math.Min(Events.Length + 1, capacity)];
        Events.AsSpan(0, place).CopyTo(events);
        events[place] = added;
        Events.AsSpan(place, events.Length - place - 1).CopyTo(events.AsSpan(place + 1));
        return new FreshHistory(events, Merge(events, mergeWithinMinutes));
    }

    /// <summary>
    /// From newest to oldest, an event joins the entry of the same item whose earliest event came at most the window later; walking
    /// back in time this is the same as moving the older entry to the front when the newer event arrived.
    /// </summary>
    private static FreshEvent[] Merge(FreshEvent[] events, int mergeWithinMinutes)
    {
        long window = mergeWithinMinutes * 60_000L;
        var entries = new List<FreshEvent>(events.Length);
        var earliest = new List<long>(events.Length);
        foreach (FreshEvent item in events)
        {
            int entry = entries.FindLastIndex(e => e.Item == item.Item);
            if (entry >= 0 && earliest[entry] - item.UnixMilliseconds <= window)
            {
                earliest[entry] = item.UnixMilliseconds;
                if (item.Kind > entries[entry].Kind) entries[entry] = entries[entry] with { Kind = item.Kind };
                continue;
            }

            entries.Add(item);
            earliest.Add(item.UnixMilliseconds);
        }

        return [.. entries];
    }
}
