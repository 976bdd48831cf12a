using RecOps.Server.Telemetry.Metrics;
using RecOps.Serving.Batching;
using RecOps.Serving.Engine;
using RecOps.Serving.Metrics;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.SlowRequests;

/// <summary>
/// Full traces of the slowest requests of each minute. A request that is not among them costs one comparison. Safe from any thread.
/// </summary>
internal sealed class SlowRequestLog(TimeProvider time)
{
    public const int PerMinute = 10;
    private const int KeptMinutes = 120;
    private readonly Lock _lock = new();
    private readonly Queue<SlowRequest[]> _minutes = new(KeptMinutes);
    private readonly PriorityQueue<SlowRequest, double> _current = new(PerMinute + 1);
    private readonly double _milliseconds = 1000.0 / time.TimestampFrequency;
    private long _minute;
    private long _threshold = -1;

    public void Offer(in RequestContext context, in AnsweredList list)
    {
        long minute = context.Now.ToUnixTimeSeconds() / 60;
        if (list.Ticks.Total <= Volatile.Read(ref _threshold) && minute == Volatile.Read(ref _minute))
            return;
        SlowRequest request = Describe(context, list);
        lock (_lock)
        {
            if (minute > _minute)
                Begin(minute);
            else if (minute < _minute)
                return;
            _current.Enqueue(request, request.TotalMs);
            if (_current.Count > PerMinute)
                _current.Dequeue();
            if (_current.Count == PerMinute)
                Volatile.Write(ref _threshold, (long)(_current.Peek().TotalMs / _milliseconds));
        }
    }

    /// <summary>Requests that began between two times, the slowest first.</summary>
    public SlowRequest[] Between(DateTimeOffset from, DateTimeOffset to, int count)
    {
        lock (_lock)
        {
            return
            [
                .. _minutes
                    .SelectMany(minute => minute)
                    .Concat(_current.UnorderedItems.Select(item => item.Element))
                    .Where(request => request.At >= from && request.At < to)
                    .OrderByDescending(request => request.TotalMs)
                    .Take(count),
            ];
        }
    }

    private void Begin(long minute)
    {
        if (_current.Count > 0)
        {
            if (_minutes.Count == KeptMinutes)
                _minutes.Dequeue();
            _minutes.Enqueue([.. _current.UnorderedItems.Select(item => item.Element)]);
            _current.Clear();
        }

        Volatile.Write(ref _threshold, -1);
        Volatile.Write(ref _minute, minute);
    }

    private SlowRequest Describe(in RequestContext context, in AnsweredList list)
    {
        JobBatch trip = list.Job.Batch;
        StageTicks ticks = list.Ticks;
        return new SlowRequest(
            RequestId.ToText(list.Id),
            context.Now,
            context.Request.UserId!,
            context.Request.Placement ?? "",
            list.Source,
            list.Degraded,
            list.Cluster,
            context.Model.Version,
            context.Rules.Version,
            ticks.Total * _milliseconds,
            context.Waited * _milliseconds,
            Array.ConvertAll(
                StagePositions.Of(context, list),
                stage => new RequestPart(stage.Stage, stage.Start * _milliseconds, stage.Length * _milliseconds)
            )
        )
        {
            Batch =
                trip.Size == 0
                    ? null
                    : new RequestBatch(
                        BatchingMetrics.Reasons[(int)trip.Reason],
                        trip.Size,
                        trip.PaddedSize,
                        trip.Predicted * _milliseconds,
                        (ticks.Retrieval + ticks.Ranking) * _milliseconds
                    ),
        };
    }
}
