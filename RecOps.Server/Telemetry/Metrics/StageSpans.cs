using System.Diagnostics;
using RecOps.Serving.Engine;

namespace RecOps.Server.Telemetry.Metrics;

/// <summary>
/// Adds a request's stages as child spans of its HTTP span. They are made when the request ends, from times that are measured anyway.
/// </summary>
internal static class StageSpans
{
    public const string SourceName = "RecOps.Serving";
    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Costs nothing unless spans are exported and this request is sampled.</summary>
    public static void Record(in RequestContext context, in AnsweredList list, TimeProvider time)
    {
        if (!Source.HasListeners() || Activity.Current is not { IsAllDataRequested: true } request)
            return;
        request.SetTag("recops.source", list.Source);
        request.SetTag("recops.degraded", list.Degraded);
        request.SetTag("recops.model", context.Model.Version);
        request.SetTag("recops.rules", context.Rules.Version);
        if (list.Job.Batch.Size > 0)
            request.SetTag("recops.batch.size", list.Job.Batch.Size);
        double tick = 1.0 / time.TimestampFrequency;
        DateTimeOffset start = time.GetUtcNow().AddSeconds(-list.Ticks.Total * tick);
        foreach (StagePosition stage in StagePositions.Of(context, list))
        {
            DateTimeOffset begun = start.AddSeconds(stage.Start * tick);
            using Activity? span = Source.StartActivity(stage.Stage, ActivityKind.Internal, request.Context, startTime: begun);
            span?.SetEndTime(begun.AddSeconds(stage.Length * tick).UtcDateTime);
        }
    }
}
