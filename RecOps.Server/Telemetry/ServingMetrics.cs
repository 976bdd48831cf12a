using System.Diagnostics.Metrics;
using HdrHistogram;
using Microsoft.Extensions.Options;
using RecOps.Server.Telemetry.History;
using RecOps.Server.Telemetry.Slo;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>Counts and times every answer, for the console's live view and for OpenTelemetry. Safe from any thread; allocates nothing.</summary>
internal sealed class ServingMetrics : IDisposable
{
    public static readonly string[] Sources =
    [
        RecommendationSource.L1, RecommendationSource.L2, RecommendationSource.Computed, RecommendationSource.Stale,
        RecommendationSource.Cluster, RecommendationSource.Popular,
    ];

    private readonly Recorder[] _recorders = Array.ConvertAll(Stage.All, _ => LatencyHistogram.NewRecorder());
    private readonly HistogramBase?[] _recycled = new HistogramBase?[Stage.All.Length];
    private readonly long[] _sources = new long[Sources.Length];
    private readonly TimeProvider _time;
    private readonly double _nanosecondsPerTick;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _answers;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _eventCount;
    private readonly KeyValuePair<string, object?>[] _stageTags = Array.ConvertAll(Stage.All, s => new KeyValuePair<string, object?>("stage", s));
    private readonly long _goodTicks;
    private long _good;
    private long _failures;
    private long _rejected;
    private long _degraded;
    private long _events;
    private DateTimeOffset _since;

    public ServingMetrics(TimeProvider time, IMeterFactory meters, IOptions<SloOptions> slo)
    {
        _goodTicks = slo.Value.LatencyMs * time.TimestampFrequency / 1000;
        _time = time;
        _since = time.GetUtcNow();
        _nanosecondsPerTick = 1e9 / time.TimestampFrequency;
        _meter = meters.Create("RecOps.Serving");
        _duration = _meter.CreateHistogram<double>(
            "recops.stage.duration", "s", "Time requests spend by stage.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
            });
        _answers = _meter.CreateCounter<long>("recops.recommendations", "{list}", "Lists answered, by source.");
        _refusals = _meter.CreateCounter<long>("recops.recommendations.refused", "{request}", "Requests answered with a 4xx or 5xx.");
        _eventCount = _meter.CreateCounter<long>("recops.events", "{event}", "Shopper events accepted.");
    }

    public void RecordAnswer(in StageTicks ticks, string source, bool degraded)
    {
        int at = Array.IndexOf(Sources, source);
        Interlocked.Increment(ref _sources[at]);
        if (degraded) Interlocked.Increment(ref _degraded);
        if (ticks.Total <= _goodTicks) Interlocked.Increment(ref _good);
        Record(0, ticks.Queue);
        Record(1, ticks.Embedding);
        Record(2, ticks.Retrieval);
        Record(3, ticks.Ranking);
        Record(4, ticks.Rules);
        Record(5, ticks.Total);
        _answers.Add(1, new KeyValuePair<string, object?>("source", Sources[at]), new KeyValuePair<string, object?>("degraded", degraded));
    }

    /// <summary>A request was answered with a 4xx.</summary>
    public void RecordRejected()
    {
        Interlocked.Increment(ref _rejected);
        _refusals.Add(1, new KeyValuePair<string, object?>("class", "4xx"));
    }

    /// <summary>A request was answered with a 5xx.</summary>
    public void RecordFailure()
    {
        Interlocked.Increment(ref _failures);
        _refusals.Add(1, new KeyValuePair<string, object?>("class", "5xx"));
    }

    public void RecordEvents(int accepted)
    {
        Interlocked.Add(ref _events, accepted);
        _eventCount.Add(accepted);
    }

    /// <summary>What happened since the last call. Only one caller at a time.</summary>
    public TelemetrySlice TakeSecond()
    {
        DateTimeOffset start = _since;
        _since = _time.GetUtcNow();
        var stages = new CompactHistogram[_recorders.Length];
        for (int i = 0; i < stages.Length; i++)
        {
            _recycled[i] = _recycled[i] is { } used ? _recorders[i].GetIntervalHistogram(used) : _recorders[i].GetIntervalHistogram();
            stages[i] = CompactHistogram.Of(_recycled[i]!);
        }

        var sources = new long[_sources.Length];
        for (int i = 0; i < sources.Length; i++) sources[i] = Interlocked.Exchange(ref _sources[i], 0);
        return new TelemetrySlice(
            start, 1, sources, Interlocked.Exchange(ref _good, 0), Interlocked.Exchange(ref _failures, 0), Interlocked.Exchange(ref _rejected, 0),
            Interlocked.Exchange(ref _degraded, 0), Interlocked.Exchange(ref _events, 0), stages);
    }

    public void Dispose() => _meter.Dispose();

    private void Record(int stage, long ticks)
    {
        double nanoseconds = ticks * _nanosecondsPerTick;
        _recorders[stage].RecordValue((long)Math.Clamp(nanoseconds, 0, LatencyHistogram.Highest));
        _duration.Record(nanoseconds / 1e9, _stageTags[stage]);
    }
}
