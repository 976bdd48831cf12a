namespace RecOps.Server.Telemetry.History;

/// <summary>The newest slices, oldest first. Not thread-safe.</summary>
internal sealed class SliceRing(int capacity)
{
    private readonly TelemetrySlice[] _slices = new TelemetrySlice[capacity];
    private int _first;

    public int Count { get; private set; }

    public TelemetrySlice this[int index] => _slices[(_first + index) % capacity];

    /// <summary>Adds the newest. Slices must be in order to be found.</summary>
    public void Add(TelemetrySlice slice)
    {
        if (Count < capacity)
            _slices[(_first + Count++) % capacity] = slice;
        else
        {
            _slices[_first] = slice;
            _first = (_first + 1) % capacity;
        }
    }

    /// <summary>Prepends what was known before, as far as there is room; what is not older than the first slice here is left out.</summary>
    /// <param name="earlier">Oldest first.</param>
    public void Restore(IReadOnlyList<TelemetrySlice> earlier)
    {
        TelemetrySlice[] own = [.. Enumerable.Range(0, Count).Select(index => this[index])];
        (_first, Count) = (0, 0);
        foreach (TelemetrySlice slice in earlier)
        {
            if (own.Length == 0 || slice.Start < own[0].Start)
                Add(slice);
        }

        foreach (TelemetrySlice slice in own)
            Add(slice);
    }

    /// <summary>Drops those that start at or after a time.</summary>
    public void DropFrom(DateTimeOffset time) => Count = IndexFrom(time);

    /// <summary>Slices that start at or after one time and before another.</summary>
    public TelemetrySlice[] Between(DateTimeOffset from, DateTimeOffset to)
    {
        int first = IndexFrom(from);
        int end = IndexFrom(to);
        return end <= first ? [] : Take(first, end - first);
    }

    public TelemetrySlice[] Newest(int count) => Take(Math.Max(0, Count - count), Math.Min(Count, count));

    /// <summary>Index of the first slice that does not start before a time; the count when there is none.</summary>
    private int IndexFrom(DateTimeOffset time)
    {
        (int low, int high) = (0, Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].Start < time)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private TelemetrySlice[] Take(int first, int count)
    {
        var taken = new TelemetrySlice[count];
        for (int i = 0; i < count; i++)
            taken[i] = this[first + i];
        return taken;
    }
}
