namespace RecOps.Serving.Users;

/// <summary>One shopper's events since the bundle was made. Immutable: an event creates a new one.</summary>
internal sealed class FreshHistory
{
    public static readonly FreshHistory Empty = new([], []);

    private FreshHistory(FreshEvent[] events, FreshEvent[] entries)
    {
        Events = events;
        Entries = entries;
        foreach (FreshEvent happened in events)
            Stamp ^= happened.Hash;
    }

    /// <summary>
    /// Changes with the user's events: 0 for none, and the same on every replica that knows the same events, in whatever order they
    /// arrived.
    /// </summary>
    public ulong Stamp { get; }

    /// <summary>Lists computed up to this time must not be served, Unix milliseconds; 0 for no limit.</summary>
    public long PurgedAt { get; init; }

    /// <summary>Every event, newest first.</summary>
    public FreshEvent[] Events { get; }

    /// <summary>
    /// History entries, newest first: events on one item within one visit form one entry, with the newest's time and the strongest kind.
    /// </summary>
    public FreshEvent[] Entries { get; }

    /// <summary>The history with one more event, which need not be the newest; this instance if it already has it.</summary>
    /// <param name="capacity">The oldest events beyond it are dropped.</param>
    /// <param name="mergeWithinMinutes">See <see cref="Shared.Bundles.FeatureSpec.MergeWithinMinutes"/>.</param>
    public FreshHistory With(FreshEvent added, int capacity, int mergeWithinMinutes)
    {
        int place = 0;
        while (place < Events.Length && Events[place].UnixMilliseconds > added.UnixMilliseconds)
            place++;
        if (place == capacity || Has(added))
            return this;
        var events = new FreshEvent[Math.Min(Events.Length + 1, capacity)];
        Events.AsSpan(0, place).CopyTo(events);
        events[place] = added;
        Events.AsSpan(place, events.Length - place - 1).CopyTo(events.AsSpan(place + 1));
        return new FreshHistory(events, Merge(events, mergeWithinMinutes)) { PurgedAt = PurgedAt };
    }

    /// <summary>The same history, with lists up to a time invalidated.</summary>
    public FreshHistory Purged(long unixMilliseconds) => new(Events, Entries) { PurgedAt = Math.Max(PurgedAt, unixMilliseconds) };

    /// <summary>Whether an event is already there: a repeated call, or one received two ways.</summary>
    public bool Has(FreshEvent wanted)
    {
        foreach (FreshEvent happened in Events)
        {
            if (happened.IsSameAs(wanted))
                return true;
        }

        return false;
    }

    /// <summary>
    /// From newest to oldest, an event joins the entry of the same item if the entry's earliest event is at most the window later. Walking
    /// back in time gives the same result as moving the older entry to the front when the newer event arrived.
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
                if (item.Kind > entries[entry].Kind)
                    entries[entry] = entries[entry] with { Kind = item.Kind };
                continue;
            }

            entries.Add(item);
            earliest.Add(item.UnixMilliseconds);
        }

        return [.. entries];
    }
}
