using System.Diagnostics.Metrics;
using System.Numerics;
using HdrHistogram;
using Microsoft.Extensions.Options;
using RecOps.Server.Hosting;
using RecOps.Server.Telemetry.History;
using RecOps.Serving.Batching;
using RecOps.Serving.Metrics;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Metrics;

/// <summary>
/// Counts and times every answer, for the console's live view and for OpenTelemetry. Safe from any thread; allocates nothing. OpenTelemetry
/// receives times once per second from a single thread, because its histograms lock for each sample.
/// </summary>
internal sealed class ServingMetrics : IRequestCounts, IDisposable
{
    private const int MostStripes = 16;
    private static readonly int Good = 2 * RecommendationSource.All.Length;
    private readonly ServingStripe[] _stripes;
    private readonly HistogramBase _sum = LatencyHistogram.New();
    private readonly long[] _before = new long[Good + 1];
    private readonly TimeProvider _time;
    private readonly double _nanosecondsPerTick;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _eventCount;
    private readonly KeyValuePair<string, object?>[] _stageTags = Array.ConvertAll(
        Stage.All,
        s => new KeyValuePair<string, object?>("stage", s)
    );
    private readonly long _goodTicks;
    private long _failures;
    private long _rejected;
    private long _events;
    private DateTimeOffset _since;

    public ServingMetrics(TimeProvider time, IMeterFactory meters, IOptions<SloOptions> slo)
    {
        int stripes = (int)Math.Min(MostStripes, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));
        _stripes = [.. Enumerable.Range(0, stripes).Select(_ => new ServingStripe(Good + 1))];
        _goodTicks = slo.Value.LatencyMs * time.TimestampFrequency / 1000;
        _time = time;
        _since = time.GetUtcNow();
        _nanosecondsPerTick = 1e9 / time.TimestampFrequency;
        _meter = meters.Create("RecOps.Serving");
        _duration = _meter.CreateHistogram<double>(
            "recops.stage.duration",
            "s",
            "Time that requests spend in each stage.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
            }
        );
        _meter.CreateObservableCounter("recops.recommendations", ObserveAnswers, "{list}", "Lists answered, by source.");
        _refusals = _meter.CreateCounter<long>("recops.recommendations.refused", "{request}", "Requests answered with a 4xx or 5xx.");
        _eventCount = _meter.CreateCounter<long>("recops.events", "{event}", "Shopper events accepted.");
    }

    /// <param name="ticks">Stages that the request skipped are not counted.</param>
    public void RecordAnswer(in StageTicks ticks, string source, bool degraded)
    {
        ServingStripe stripe = _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)];
        stripe.Count(PlaceOf(Array.IndexOf(RecommendationSource.All, source), degraded));
        if (ticks.Total <= _goodTicks)
            stripe.Count(Good);
        if (ticks.Computed)
        {
            stripe.Record(0, Nanoseconds(ticks.Queue));
            stripe.Record(2, Nanoseconds(ticks.Retrieval));
            stripe.Record(3, Nanoseconds(ticks.Ranking));
        }

        if (ticks.Embedded)
            stripe.Record(1, Nanoseconds(ticks.Embedding));
        stripe.Record(4, Nanoseconds(ticks.Rules));
        stripe.Record(5, Nanoseconds(ticks.Total));
    }

    /// <summary>Counts a request answered with a 4xx.</summary>
    public void RecordRejected()
    {
        Interlocked.Increment(ref _rejected);
        _refusals.Add(1, new KeyValuePair<string, object?>("class", "4xx"));
    }

    /// <summary>Counts a request answered with a 5xx.</summary>
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

    /// <summary>What happened since the last call. One caller at a time.</summary>
    public TelemetrySlice TakeSecond()
    {
        DateTimeOffset start = _since;
        _since = _time.GetUtcNow();
        var stages = new CompactHistogram[Stage.All.Length];
        for (int i = 0; i < stages.Length; i++)
        {
            _sum.Reset();
            foreach (ServingStripe stripe in _stripes)
                stripe.TakeInto(i, _sum);
            stages[i] = CompactHistogram.Of(_sum);
            if (_duration.Enabled)
                Tell(stages[i], _stageTags[i]);
        }

        var sources = new long[RecommendationSource.All.Length];
        long degraded = 0;
        for (int i = 0; i < sources.Length; i++)
        {
            long fallback = Take(PlaceOf(i, degraded: true));
            sources[i] = Take(PlaceOf(i, degraded: false)) + fallback;
            degraded += fallback;
        }

        return new TelemetrySlice(
            start,
            1,
            sources,
            Take(Good),
            Interlocked.Exchange(ref _failures, 0),
            Interlocked.Exchange(ref _rejected, 0),
            degraded,
            Interlocked.Exchange(ref _events, 0),
            stages
        );
    }

    public void Dispose() => _meter.Dispose();

    private static int PlaceOf(int source, bool degraded) => (2 * source) + (degraded ? 1 : 0);

    private long Nanoseconds(long ticks) => (long)Math.Clamp(ticks * _nanosecondsPerTick, 0, LatencyHistogram.Highest);

    private void Tell(CompactHistogram times, KeyValuePair<string, object?> stage)
    {
        foreach ((long nanoseconds, long count) in times.Buckets)
        {
            for (long i = 0; i < count; i++)
                _duration.Record(nanoseconds / 1e9, stage);
        }
    }

    private long Take(int place)
    {
        long counted = Counted(place);
        long since = counted - _before[place];
        _before[place] = counted;
        return since;
    }

    private long Counted(int place)
    {
        long sum = 0;
        foreach (ServingStripe stripe in _stripes)
            sum += stripe.Counted(place);
        return sum;
    }

    private IEnumerable<Measurement<long>> ObserveAnswers()
    {
        for (int i = 0; i < RecommendationSource.All.Length; i++)
        {
            foreach (bool degraded in (bool[])[false, true])
            {
                long lists = Counted(PlaceOf(i, degraded));
                if (lists > 0)
                    yield return new Measurement<long>(lists, new("source", RecommendationSource.All[i]), new("degraded", degraded));
            }
        }
    }
}
