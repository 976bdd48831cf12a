namespace RecOps.Training.Synth;

/// <summary>What each user will run out of, and when. Each user has a few slots; a new habit may replace an old one.</summary>
internal sealed class ReplenishmentBook(int users)
{
    private const int Slots = 4;
    private const int Free = -1;
    private readonly Entry[] _entries = CreateFree(users * Slots);
    private readonly short[] _nextDay = CreateFar(users);

    /// <summary>Whether a user has run out of something.</summary>
    public bool IsDue(int user, int day) => _nextDay[user] <= day;

    /// <summary>Removes and returns something the user has run out of.</summary>
    /// <returns>False when nothing more is due on this day.</returns>
    public bool TryTake(int user, int day, out int item)
    {
        Span<Entry> entries = _entries.AsSpan(user * Slots, Slots);
        item = Free;
        foreach (ref Entry entry in entries)
        {
            if (entry.Item == Free || entry.Day > day)
                continue;
            item = entry.Item;
            entry = new Entry(Free, short.MaxValue);
            break;
        }

        UpdateNext(user, entries);
        return item != Free;
    }

    /// <summary>Notes that a user will need an item again; an item already noted is postponed.</summary>
    public void Schedule(int user, int item, int day, ref SynthRandom random)
    {
        Span<Entry> entries = _entries.AsSpan(user * Slots, Slots);
        int slot = -1;
        for (int i = 0; i < Slots; i++)
        {
            if (entries[i].Item == item || (slot < 0 && entries[i].Item == Free))
                slot = i;
            if (entries[i].Item == item)
                break;
        }

        if (slot < 0)
            slot = random.Next(Slots);
        entries[slot] = new Entry(item, (short)Math.Min(day, short.MaxValue - 1));
        UpdateNext(user, entries);
    }

    private void UpdateNext(int user, ReadOnlySpan<Entry> entries)
    {
        short next = short.MaxValue;
        foreach (Entry entry in entries)
            next = Math.Min(next, entry.Day);
        _nextDay[user] = next;
    }

    private static Entry[] CreateFree(int count)
    {
        var entries = new Entry[count];
        Array.Fill(entries, new Entry(Free, short.MaxValue));
        return entries;
    }

    private static short[] CreateFar(int count)
    {
        var days = new short[count];
        Array.Fill(days, short.MaxValue);
        return days;
    }

    private readonly record struct Entry(int Item, short Day);
}
