using RecOps.Serving.Metrics;

namespace RecOps.Serving.Clusters;

/// <summary>Requests and cache hits by cluster: hourly for a day, and by minute for the last few.</summary>
internal sealed class ClusterTraffic(int clusters, TimeProvider time)
{
    public const int Hours = 24;
    public const int Minutes = 5;
    private const long HourMilliseconds = 3_600_000;
    private const long MinuteMilliseconds = 60_000;
    private readonly SlottedCounts _requests = new(Hours, HourMilliseconds, clusters);
    private readonly SlottedCounts _hits = new(Hours, HourMilliseconds, clusters);
    private readonly SlottedCounts _recent = new(Minutes, MinuteMilliseconds, clusters);

    public DateTimeOffset Started { get; } = time.GetUtcNow();

    /// <param name="cluster">-1 for a user without a cluster, who is not counted.</param>
    /// <param name="hit">Whether the list came from the cache, fresh or aged.</param>
    public void Record(int cluster, bool hit, long unixMilliseconds)
    {
        if ((uint)cluster >= (uint)clusters)
            return;
        _requests.Add(cluster, unixMilliseconds);
        _recent.Add(cluster, unixMilliseconds);
        if (hit)
            _hits.Add(cluster, unixMilliseconds);
    }

    /// <summary>Requests per minute, over the last whole minutes and the current one.</summary>
    public double PerMinute(int cluster)
    {
        DateTimeOffset now = time.GetUtcNow();
        long last = _recent.NumberOf(now.ToUnixTimeMilliseconds());
        double running = now.ToUnixTimeMilliseconds() % MinuteMilliseconds / (double)MinuteMilliseconds;
        double covered = Math.Min((now - Started).TotalMinutes, Minutes - 1 + running);
        return _recent.Sum(last - Minutes + 1, last, cluster) / Math.Max(covered, 1.0 / 6);
    }

    /// <summary>Remembered hours, oldest first, including those without a request.</summary>
    public ClusterHour[] HoursOf(int cluster)
    {
        long last = _requests.NumberOf(time.GetUtcNow().ToUnixTimeMilliseconds());
        long first = Math.Max(last - Hours + 1, _requests.NumberOf(Started.ToUnixTimeMilliseconds()));
        var hours = new ClusterHour[last - first + 1];
        for (long hour = first; hour <= last; hour++)
        {
            long all = 0;
            for (int each = 0; each < clusters; each++)
                all += _requests.At(hour, each);
            hours[hour - first] = new ClusterHour(
                DateTimeOffset.FromUnixTimeMilliseconds(hour * HourMilliseconds),
                _requests.At(hour, cluster),
                _hits.At(hour, cluster),
                all
            );
        }

        return hours;
    }
}

/// <param name="AllRequests">Over all clusters.</param>
internal readonly record struct ClusterHour(DateTimeOffset Start, long Requests, long Hits, long AllRequests);
