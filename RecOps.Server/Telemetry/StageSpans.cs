using System.Diagnostics;
using RecOps.Server.Recommendations;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry;

/// <summary>Stages of a request as spans below that of the HTTP request, made when it is over from the times it took anyway.</summary>
internal static class StageSpans
{
    public const string SourceName = "RecOps.Serving";
    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Costs nothing unless spans are exported and this request's is sampled.</summary>
    public static void Record(in Turn turn, RecommendationJob job, in StageTicks ticks, string source, bool degraded, TimeProvider time)
    {
        if (!Source.HasListeners() || Activity.Current is not { IsAllDataRequested: true } request) return;
        request.SetTag("recops.source", source);
        request.SetTag("recops.degraded", degraded);
        request.SetTag("recops.model", turn.Model.Version);
        request.SetTag("recops.rules", turn.Rules.Version);
        if (job.Trip.Size > 0) request.SetTag("recops.batch.size", job.Trip.Size);
        DateTimeOffset end = time.GetUtcNow();
        double tick = 1.0 / time.TimestampFrequency;
        DateTimeOffset start = end.AddSeconds(-ticks.Total * tick);
        if (job.Started != 0)
        {
            double queued = (job.Enqueued - turn.Start) * tick;
            double left = (job.Started - turn.Start) * tick;
            Add(Stage.Embedding, queued - (ticks.Embedding * tick), ticks.Embedding * tick);
            Add(Stage.Queue, queued, ticks.Queue * tick);
            Add(Stage.Retrieval, left, ticks.Retrieval * tick);
            Add(Stage.Ranking, left + (ticks.Retrieval * tick), ticks.Ranking * tick);
        }

        Add(Stage.Rules, (ticks.Total - ticks.Rules) * tick, ticks.Rules * tick);

        void Add(string stage, double from, double seconds)
        {
            if (seconds <= 0) return;
            DateTimeOffset begun = start.AddSeconds(Math.Max(0, from));
            using Activity? span = Source.StartActivity(stage, ActivityKind.Internal, request.Context, startTime: begun);
            span?.SetEndTime(begun.AddSeconds(seconds).UtcDateTime);
        }
    }
}
