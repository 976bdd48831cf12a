using RecOps.Serving.Caching;
using RecOps.Serving.Computation;
using RecOps.Serving.Metrics;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>The last step of a request: rules make the list from what was found or computed, and observers are notified.</summary>
internal sealed class AnswerMaker(IRequestIds ids, IEnumerable<IAnswerObserver> observers, TimeProvider time)
{
    private readonly IAnswerObserver[] _observers = [.. observers];

    public static string FallbackSource(int cluster) => cluster >= 0 ? RecommendationSource.Cluster : RecommendationSource.Popular;

    /// <summary>Answers with the computed list, else with the best fallback list.</summary>
    /// <param name="outdated">A list from before the user's last event, or one of which rules leave too little; null when there is
    /// none.</param>
    public void Answer(in RequestContext context, RecommendationJob job, bool computed, CachedList? outdated, ref StageTicks ticks)
    {
        ShopperState shopper = job.Shopper;
        if (computed)
            Answer(context, job.Ranked, shopper.Cluster, RecommendationSource.Computed, degraded: false, job, ref ticks);
        else if (shopper.HasBehaviour && outdated is { Count: > 0 })
            Answer(context, outdated.Ranked, shopper.Cluster, RecommendationSource.Stale, degraded: true, job, ref ticks);
        else
            Answer(context, default, shopper.Cluster, FallbackSource(shopper.Cluster), degraded: shopper.HasBehaviour, job, ref ticks);
    }

    /// <param name="ranked">Empty for a list that no model ranked.</param>
    /// <param name="cluster">-1 for none.</param>
    /// <param name="job">With the applicable rules already found.</param>
    public void Answer(
        in RequestContext context,
        RankedSpan ranked,
        int cluster,
        string source,
        bool degraded,
        RecommendationJob job,
        ref StageTicks ticks
    )
    {
        RecommendationAnswer answer = context.Answer!;
        RecommendationRequest request = context.Request;
        RuleTrace? trace =
            request.Explain || context.Purpose is RequestPurpose.Preview or RequestPurpose.Rehearsal ? new RuleTrace() : null;
        long rulesStart = time.GetTimestamp();
        int filled = job.Arrangement.Arrange(
            context.InputOf(ranked, cluster, job),
            answer.Places(request.Count),
            answer.Touched(request.Count, context.Rules.Words),
            trace
        );
        long end = time.GetTimestamp();
        ticks.Rules = end - rulesStart;
        ticks.Total = end - context.Start;
        UInt128 id = context.Purpose == RequestPurpose.Live ? Tell(context, ranked, cluster, source, degraded, job, ticks) : 0;
        answer.Complete(id, context, filled, source, degraded, cluster, trace);
        if (trace is not null)
            answer.Keep(job.Arrangement.Rules.Bits);
        if (request.Explain)
            answer.Explain(ticks.ToTimings(time.TimestampFrequency));
    }

    /// <returns>The id that the list's events should carry.</returns>
    private UInt128 Tell(
        in RequestContext context,
        RankedSpan ranked,
        int cluster,
        string source,
        bool degraded,
        RecommendationJob job,
        in StageTicks ticks
    )
    {
        ServingModel model = context.Model;
        long now = context.Now.ToUnixTimeMilliseconds();
        bool hit = source is RecommendationSource.L1 or RecommendationSource.L2 or RecommendationSource.Stale;
        model.Figures?.Answered((long)(ticks.Total * (1e9 / time.TimestampFrequency)), degraded);
        model.Traffic.Record(cluster, hit, now);
        if (context.User >= 0)
            model.Visitors.Seen(context.User, now);
        UInt128 id = ids.Next(model, context.Request.Placement!, source, cluster, now);
        var answered = new AnsweredList
        {
            Ranked = ranked,
            Cluster = cluster,
            Source = source,
            Degraded = degraded,
            Job = job,
            Ticks = ticks,
            Id = id,
        };
        foreach (IAnswerObserver observer in _observers)
            observer.Answered(context, answered);
        return id;
    }
}
