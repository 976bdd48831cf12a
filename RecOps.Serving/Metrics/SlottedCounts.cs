namespace RecOps.Serving.Metrics;

/// <summary>
/// Counts by index in time slots, of which the newest are kept. Counting takes no lock and allocates nothing; at the border of a slot, a
/// count may fall into either.
/// </summary>
/// <param name="kept">Slots that can be queried, the current one included.</param>
/// <param name="milliseconds">Length of a slot.</param>
/// <param name="size">Indexes are 0 to size - 1.</param>
internal sealed class SlottedCounts(int kept, long milliseconds, int size)
{
    private readonly Slot[] _slots = [.. Enumerable.Range(0, kept + 1).Select(_ => new Slot(size))];

    public int Size => size;

    /// <summary>Number of the slot at a time.</summary>
    public long NumberOf(long unixMilliseconds) => unixMilliseconds / milliseconds;

    public void Add(int index, long unixMilliseconds)
    {
        long number = NumberOf(unixMilliseconds);
        Slot slot = _slots[number % _slots.Length];
        if (slot.Number != number)
            slot.Begin(number);
        Interlocked.Increment(ref slot.Counts[index]);
    }

    /// <summary>0 for a slot that is no longer kept.</summary>
    public long At(long number, int index)
    {
        Slot slot = _slots[number % _slots.Length];
        return slot.Number == number ? Volatile.Read(ref slot.Counts[index]) : 0;
    }

    /// <summary>Sum over a range of slots, both ends included.</summary>
    public long Sum(long first, long last, int index)
    {
        long sum = 0;
        for (long number = first; number <= last; number++)
            sum += At(number, index);
        return sum;
    }

    private sealed class Slot(int size)
    {
        private readonly Lock _begin = new();
        private long _number = -1;

        public long[] Counts { get; } = new long[size];

        public long Number => Volatile.Read(ref _number);

        public void Begin(long number)
        {
            lock (_begin)
            {
                if (_number >= number)
                    return;
                Array.Clear(Counts);
                Volatile.Write(ref _number, number);
            }
        }
    }
}
