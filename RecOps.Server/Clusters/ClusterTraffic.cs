namespace RecOps.Server.Clusters;

/// <summary>
/// Requests and cache hits by cluster: by hour for a day and by minute for the last few. Counting takes no lock and allocates nothing; at
/// the edge of an hour a request may be counted in either.
/// </summary>
internal sealed class ClusterTraffic
{
    public const int Hours = 24;
    public const int Minutes = 5;
    private const long HourMilliseconds = 3_600_000;
    private const long MinuteMilliseconds = 60_000;
    private readonly Slot[] _hours;
    private readonly Slot[] _minutes;
    private readonly TimeProvider _time;

    public ClusterTraffic(int clusters, TimeProvider time)
    {
        (Clusters, _time, Started) = (clusters, time, time.GetUtcNow());

        // One more than is shown: the running one.
        _hours = [.. Enumerable.Range(0, Hours + 1).Select(_ => new Slot(clusters))];
        _minutes = [.. Enumerable.Range(0, Minutes + 1).Select(_ => new Slot(clusters))];
    }

    public int Clusters { get; }

    public DateTimeOffset Started { get; }

    /// <param name="cluster">-1 for a user in none, who is not counted.</param>
    /// <param name="hit">Whether the list came from the cache, fresh or aged.</param>
    public void Record(int cluster, bool hit, long unixMilliseconds)
    {
        if ((uint)cluster >= (uint)Clusters) return;
        SlotOf(_hours, unixMilliseconds / HourMilliseconds).Count(cluster, hit);
        SlotOf(_minutes, unixMilliseconds / MinuteMilliseconds).Count(cluster, hit);
    }

    /// <summary>Requests a minute over the last whole minutes and the running one.</summary>
    public double PerMinute(int cluster)
    {
        DateTimeOffset now = _time.GetUtcNow();
        long minute = now.ToUnixTimeMilliseconds() / MinuteMilliseconds;
        long requests = 0;
        foreach (Slot slot in _minutes)
        {
            if (slot.Number > minute - Minutes && slot.Number <= minute) requests += Volatile.Read(ref slot.Requests[cluster]);
        }

        double covered = Math.Min((now - Started).TotalMinutes, Minutes - 1 + ((now.ToUnixTimeMilliseconds() % MinuteMilliseconds) / (double)MinuteMilliseconds));
        return requests / Math.Max(covered, 1.0 / 6);
    }

    /// <summary>Hours that are remembered, oldest first, those without a request included.</summary>
    public ClusterHour[] HoursOf(int cluster)
    {
        long last = _time.GetUtcNow().ToUnixTimeMilliseconds() / HourMilliseconds;
        long first = Math.Max(last - Hours + 1, Started.ToUnixTimeMilliseconds() / HourMilliseconds);
        var hours = new ClusterHour[last - first + 1];
        for (long hour = first; hour <= last; hour++)
        {
            Slot? slot = Array.Find(_hours, candidate => candidate.Number == hour);
            hours[hour - first] = new ClusterHour(
                DateTimeOffset.FromUnixTimeMilliseconds(hour * HourMilliseconds), slot?.Requests[cluster] ?? 0, slot?.Hits[cluster] ?? 0,
                slot?.Requests.Sum() ?? 0);
        }

        return hours;
    }

    private static Slot SlotOf(Slot[] slots, long number)
    {
        Slot slot = slots[number % slots.Length];
        if (slot.Number != number) slot.Begin(number);
        return slot;
    }

    private sealed class Slot(int clusters)
    {
        private readonly Lock _begin = new();
        private long _number = -1;

        public long[] Requests { get; } = new long[clusters];

        public long[] Hits { get; } = new long[clusters];

        public long Number => Volatile.Read(ref _number);

        public void Begin(long number)
        {
            lock (_begin)
            {
                if (_number >= number) return;
                Array.Clear(Requests);
                Array.Clear(Hits);
                Volatile.Write(ref _number, number);
            }
        }

        public void Count(int cluster, bool hit)
        {
            Interlocked.Increment(ref Requests[cluster]);
            if (hit) Interlocked.Increment(ref Hits[cluster]);
        }
    }
}

/// <param name="AllRequests">Of all clusters.</param>
internal readonly record struct ClusterHour(DateTimeOffset Start, long Requests, long Hits, long AllRequests);
