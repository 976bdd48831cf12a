using RecOps.Serving.Computation;
using RecOps.Serving.Engine;
using RecOps.Serving.Metrics;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Metrics;

/// <summary>Positions of a request's stages within its total time: for spans, and for slow requests.</summary>
internal static class StagePositions
{
    /// <summary>
    /// Identifying the shopper ends where the request is queued. Retrieval begins where the batch left the queue, ranking follows, and
    /// rules come last. Without a batch there is no queue, and the request begins with its first stage.
    /// </summary>
    /// <returns>The stages that took time, in order, in ticks from the start of the request.</returns>
    public static StagePosition[] Of(in RequestContext context, in AnsweredList list)
    {
        RecommendationJob job = list.Job;
        StageTicks ticks = list.Ticks;
        bool left = job.Started != 0;
        long queued = left ? job.Enqueued - context.Start : ticks.Embedding;
        long started = left ? job.Started - context.Start : 0;
        StagePosition[] all =
        [
            new(Stage.Embedding, Math.Max(0, queued - ticks.Embedding), ticks.Embedding),
            new(Stage.Queue, queued, ticks.Queue),
            new(Stage.Retrieval, started, ticks.Retrieval),
            new(Stage.Ranking, started + ticks.Retrieval, ticks.Ranking),
            new(Stage.Rules, ticks.Total - ticks.Rules, ticks.Rules),
        ];
        return Array.FindAll(all, position => position.Length > 0);
    }
}

/// <param name="Stage">One of <see cref="Shared.Telemetry.Stage"/>.</param>
internal readonly record struct StagePosition(string Stage, long Start, long Length);
