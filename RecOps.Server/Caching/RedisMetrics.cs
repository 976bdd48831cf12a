using System.Diagnostics.Metrics;
using HdrHistogram;
using RecOps.Server.Storage;
using RecOps.Serving.Caching;
using RecOps.Serving.Metrics;

namespace RecOps.Server.Caching;

/// <summary>Counts and times Redis calls. Safe from any thread.</summary>
internal sealed class RedisMetrics : IDisposable
{
    private static readonly string[] Ends = ["succeeded", "timedOut", "failed", "skipped"];
    private readonly Recorder _recorder = LatencyHistogram.NewRecorder();
    private readonly Meter _meter;
    private readonly Counter<long> _readCount;
    private readonly Counter<long> _writeCount;
    private readonly Histogram<double> _duration;
    private readonly long[] _reads = new long[Ends.Length];
    private readonly long[] _writes = new long[Ends.Length];
    private HistogramBase? _recycled;
    private long _hits;
    private long _shared;

    public RedisMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("RecOps.Redis");
        _readCount = _meter.CreateCounter<long>("recops.redis.reads", "{list}", "Lists read from Redis, by outcome.");
        _writeCount = _meter.CreateCounter<long>("recops.redis.writes", "{list}", "Lists written to Redis, by outcome.");
        _duration = _meter.CreateHistogram(
            "recops.redis.read.duration",
            "s",
            "Duration of reads, including those that hit the deadline.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1] }
        );
    }

    public void ReadEnded(CallEnd end, TimeSpan duration)
    {
        Interlocked.Increment(ref _reads[(int)end]);
        _readCount.Add(1, new KeyValuePair<string, object?>("outcome", Ends[(int)end]));
        if (end == CallEnd.Skipped)
            return;
        _recorder.RecordValue(Math.Clamp((long)duration.TotalNanoseconds, 0, LatencyHistogram.Highest));
        _duration.Record(duration.TotalSeconds);
    }

    public void WriteEnded(CallEnd end)
    {
        Interlocked.Increment(ref _writes[(int)end]);
        _writeCount.Add(1, new KeyValuePair<string, object?>("outcome", Ends[(int)end]));
    }

    /// <summary>Registers gauges for the state of each node.</summary>
    public void Watch(Func<IEnumerable<(string Node, bool IsWell)>> nodes) =>
        _meter.CreateObservableGauge(
            "recops.redis.node.up",
            () => nodes().Select(node => new Measurement<int>(node.IsWell ? 1 : 0, new KeyValuePair<string, object?>("node", node.Node))),
            null,
            "1 for a Redis node in use, 0 for one whose breaker is open or that is not connected."
        );

    /// <summary>A read found a list that can be served.</summary>
    public void Hit() => Interlocked.Increment(ref _hits);

    /// <summary>A read was saved because another request was already reading the same list.</summary>
    public void Shared() => Interlocked.Increment(ref _shared);

    /// <summary>What happened since the last call. One caller at a time.</summary>
    public SharedListsSecond TakeSecond()
    {
        _recycled = _recycled is { } used ? _recorder.GetIntervalHistogram(used) : _recorder.GetIntervalHistogram();
        return new SharedListsSecond(
            Take(_reads),
            Take(_writes),
            Interlocked.Exchange(ref _hits, 0),
            Interlocked.Exchange(ref _shared, 0),
            CompactHistogram.Of(_recycled)
        );
    }

    public void Dispose() => _meter.Dispose();

    private static long[] Take(long[] counts)
    {
        var taken = new long[counts.Length];
        for (int i = 0; i < taken.Length; i++)
            taken[i] = Interlocked.Exchange(ref counts[i], 0);
        return taken;
    }
}
