using HdrHistogram;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>The last ten minutes, second by second. Windows are merged from the seconds' histograms when they are asked for.</summary>
internal sealed class TelemetryRing
{
    public const int Capacity = 600;
    private readonly Queue<TelemetrySecond> _seconds = new(Capacity);
    private readonly Lock _lock = new();

    public void Add(TelemetrySecond second)
    {
        lock (_lock)
        {
            if (_seconds.Count == Capacity) _seconds.Dequeue();
            _seconds.Enqueue(second);
        }
    }

    /// <summary>The newest seconds as one window; null when there are none yet.</summary>
    public TelemetryWindow? Latest(int seconds)
    {
        TelemetrySecond[] kept = Copy();
        return kept.Length == 0 ? null : Merge(kept.AsSpan(Math.Max(0, kept.Length - seconds)));
    }

    /// <summary>Windows of one length between two times, oldest first; those without a single second are left out.</summary>
    public TelemetryWindow[] Between(DateTimeOffset from, DateTimeOffset to, int stepSeconds)
    {
        var windows = new List<TelemetryWindow>();
        TelemetrySecond[] kept = Copy();
        int first = 0;
        while (first < kept.Length && kept[first].Start < from) first++;
        while (first < kept.Length && kept[first].Start < to)
        {
            long step = kept[first].Start.ToUnixTimeSeconds() / stepSeconds;
            int end = first;
            while (end < kept.Length && kept[end].Start < to && kept[end].Start.ToUnixTimeSeconds() / stepSeconds == step) end++;
            windows.Add(Merge(kept.AsSpan(first, end - first)));
            first = end;
        }

        return [.. windows];
    }

    private static TelemetryWindow Merge(ReadOnlySpan<TelemetrySecond> seconds)
    {
        var sources = new Dictionary<string, long>(ServingMetrics.Sources.Length, StringComparer.Ordinal);
        long answered = 0;
        for (int i = 0; i < ServingMetrics.Sources.Length; i++)
        {
            long lists = 0;
            foreach (TelemetrySecond second in seconds) lists += second.Sources[i];
            sources[ServingMetrics.Sources[i]] = lists;
            answered += lists;
        }

        long failures = 0;
        long rejected = 0;
        long degraded = 0;
        long events = 0;
        foreach (TelemetrySecond second in seconds)
        {
            failures += second.Failures;
            rejected += second.Rejected;
            degraded += second.Degraded;
            events += second.Events;
        }

        var stages = new StageLatency[Stage.All.Length];
        HistogramBase merged = LatencyHistogram.New();
        for (int i = 0; i < stages.Length; i++)
        {
            merged.Reset();
            long sum = 0;
            foreach (TelemetrySecond second in seconds)
            {
                second.Stages[i].AddTo(merged);
                sum += second.Stages[i].Sum;
            }

            stages[i] = LatencyHistogram.Summarize(Stage.All[i], merged, sum);
        }

        return new TelemetryWindow(
            seconds[0].Start, seconds.Length, answered + failures + rejected, failures, rejected, degraded, sources, stages, events)
        {
            Batches = ComputationWindows.Batches(seconds),
            Retrieval = ComputationWindows.Retrieval(seconds),
            Cache = CacheWindows.Of(seconds, merged),
        };
    }

    private TelemetrySecond[] Copy()
    {
        lock (_lock) return [.. _seconds];
    }
}
