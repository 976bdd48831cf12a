using System.Diagnostics.Metrics;
using HdrHistogram;
using RecOps.Serving.Metrics;

namespace RecOps.Serving.Batching;

/// <summary>
/// Counts the output of the batchers, for the console's live view and for OpenTelemetry. Safe from any thread; allocates nothing.
/// </summary>
internal sealed class BatchingMetrics : IBatchObserver, IDisposable
{
    /// <summary>Names in the order of <see cref="BatchReason"/>.</summary>
    public static readonly string[] Reasons = ["idle", "full", "age", "deadline", "deviceReady", "spare"];

    /// <summary>Names in the order of <see cref="BatchOutcome"/>.</summary>
    public static readonly string[] Outcomes = ["completed", "expired", "hopeless", "rejected", "cancelled", "failed"];

    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _shed;
    private readonly Counter<long> _shared;
    private readonly Histogram<int> _size;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _wait;
    private readonly Counter<long> _padding;
    private readonly Lock _gate = new();
    private readonly long[] _byReason = new long[Reasons.Length];
    private readonly long[] _byOutcome = new long[Outcomes.Length];
    private readonly long[] _bySize = new long[BatchingSecond.SizeBounds.Length];
    private readonly HistogramBase _waits = LatencyHistogram.New();
    private long _sharedResults;
    private long _jobs;
    private long _paddedJobs;
    private long _predicted;
    private long _actual;
    private long _since;

    public BatchingMetrics(TimeProvider time, IMeterFactory meters)
    {
        _time = time;
        _since = time.GetTimestamp();
        _meter = meters.Create("RecOps.Batching");
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1] };
        _batches = _meter.CreateCounter<long>("recops.batches", "{batch}", "Batches run, by reason for leaving.");
        _shed = _meter.CreateCounter<long>("recops.batch.shed", "{job}", "Jobs that ended without a result, by reason.");
        _shared = _meter.CreateCounter<long>("recops.batch.shared", "{job}", "Jobs answered with the result of another with the same key.");
        _padding = _meter.CreateCounter<long>("recops.batch.padding", "{job}", "Padding in batches.");
        _size = _meter.CreateHistogram(
            "recops.batch.size",
            "{job}",
            "Jobs in a batch.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] }
        );
        _duration = _meter.CreateHistogram("recops.batch.duration", "s", "Duration of batches on the device.", advice: seconds);
        _wait = _meter.CreateHistogram("recops.batch.wait", "s", "Longest wait of a batch's jobs before it left.", advice: seconds);
    }

    public void BatchEnded(in BatchRecord batch)
    {
        lock (_gate)
        {
            _byReason[(int)batch.Reason]++;
            _bySize[BatchingSecond.SizeClass(batch.Size)]++;
            _waits.RecordValue(Math.Clamp((long)(Seconds(batch.OldestWait) * 1e9), 0, LatencyHistogram.Highest));
            _jobs += batch.Size;
            _paddedJobs += batch.PaddedSize;
            _predicted += batch.Predicted;
            _actual += batch.Actual;
        }

        var reason = new KeyValuePair<string, object?>("reason", Reasons[(int)batch.Reason]);
        _batches.Add(1, reason);
        _padding.Add(batch.PaddedSize - batch.Size);
        _size.Record(batch.Size);
        _duration.Record(Seconds(batch.Actual));
        _wait.Record(Seconds(batch.OldestWait));
    }

    public void JobShed(BatchOutcome outcome)
    {
        lock (_gate)
            _byOutcome[(int)outcome]++;
        _shed.Add(1, new KeyValuePair<string, object?>("outcome", Outcomes[(int)outcome]));
    }

    public void ResultShared()
    {
        lock (_gate)
            _sharedResults++;
        _shared.Add(1);
    }

    /// <summary>What happened since the last call. One caller at a time.</summary>
    public BatchingSecond TakeSecond()
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            var taken = new BatchingSecond(
                [.. _byReason],
                [.. _byOutcome],
                _sharedResults,
                _jobs,
                _paddedJobs,
                Seconds(_predicted),
                Seconds(_actual),
                _time.GetElapsedTime(_since, now),
                [.. _bySize],
                CompactHistogram.Of(_waits)
            );
            Array.Clear(_byReason);
            Array.Clear(_bySize);
            _waits.Reset();
            Array.Clear(_byOutcome);
            _sharedResults = _jobs = _paddedJobs = _predicted = _actual = 0;
            _since = now;
            return taken;
        }
    }

    public void Dispose() => _meter.Dispose();

    private double Seconds(long ticks) => (double)ticks / _time.TimestampFrequency;
}
