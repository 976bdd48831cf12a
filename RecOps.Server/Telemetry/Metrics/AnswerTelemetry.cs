using RecOps.Server.Telemetry.SlowRequests;
using RecOps.Serving.Engine;

namespace RecOps.Server.Telemetry.Metrics;

/// <summary>Measures every list served to a shopper.</summary>
internal sealed class AnswerTelemetry(ServingMetrics metrics, SlowRequestLog slow, TimeProvider time) : IAnswerObserver
{
    public void Answered(in RequestContext context, in AnsweredList list)
    {
        metrics.RecordAnswer(list.Ticks, list.Source, list.Degraded);
        slow.Offer(context, list);
        StageSpans.Record(context, list, time);
    }
}
