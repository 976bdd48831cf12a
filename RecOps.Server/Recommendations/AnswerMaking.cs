using Microsoft.Extensions.Options;
using RecOps.Server.Caching;
using RecOps.Server.Clusters;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Rules;
using RecOps.Server.Rules.Preview;
using RecOps.Server.Telemetry;
using RecOps.Server.Telemetry.SlowRequests;
using RecOps.Server.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>The end of a request's way: rules make the list from what was found or computed, and what was given is counted.</summary>
internal sealed class AnswerMaking(
    Attribution attribution, ServingMetrics metrics, SlowRequestLog slow, RecentTraffic traffic, IOptions<TelemetryOptions> telemetry, TimeProvider time)
{
    private readonly bool _measures = telemetry.Value.Enabled;

    public static string LesserSource(int cluster) => cluster >= 0 ? RecommendationSource.Cluster : RecommendationSource.Popular;

    /// <summary>With the computed list, else with the best fallback list.</summary>
    /// <param name="outdated">From before the user's last event, or from before rules took most of it; null when there is none.</param>
    public void Answer(in Turn turn, RecommendationJob job, bool computed, CachedList? outdated, ref StageTicks ticks)
    {
        ShopperState shopper = job.Shopper;
        if (computed) Answer(turn, job.Ranked, shopper.Cluster, RecommendationSource.Computed, degraded: false, job, ref ticks);
        else if (shopper.HasBehaviour && outdated is { Count: > 0 })
            Answer(turn, outdated.Ranked, shopper.Cluster, RecommendationSource.Stale, degraded: true, job, ref ticks);
        else Answer(turn, default, shopper.Cluster, LesserSource(shopper.Cluster), degraded: shopper.HasBehaviour, job, ref ticks);
    }

    /// <param name="ranked">Empty for a list that no model ranked.</param>
    /// <param name="cluster">-1 for none.</param>
    /// <param name="job">The rules that hold are found.</param>
    public void Answer(
        in Turn turn, RankedSpan ranked, int cluster, string source, bool degraded, RecommendationJob job, ref StageTicks ticks)
    {
        ServingModel model = turn.Model;
        RuleTrace? trace = turn.Request.Explain || turn.Kind is TurnKind.Preview or TurnKind.Rehearsal ? new RuleTrace() : null;
        long rulesStart = time.GetTimestamp();
        int filled = job.Arrangement.Arrange(
            turn.InputOf(ranked, cluster, job), turn.Answer.Places(turn.Request.Count), turn.Answer.Touched(turn.Request.Count, turn.Rules.Words), trace);
        long end = time.GetTimestamp();
        ticks.Rules = end - rulesStart;
        ticks.Total = end - turn.Start;
        UInt128 id = 0;
        if (turn.Kind == TurnKind.Live)
        {
            long now = turn.Now.ToUnixTimeMilliseconds();
            bool hit = source is RecommendationSource.L1 or RecommendationSource.L2 or RecommendationSource.Stale;
            if (_measures) metrics.RecordAnswer(ticks, source, degraded);
            model.Figures?.Answered((long)(ticks.Total * (1e9 / time.TimestampFrequency)), degraded);
            ShopperActivity.Answered(model, turn.Key, cluster, hit, now);
            traffic.Offer(model, turn.Request, ranked, cluster, turn.History, turn.Now);
            id = attribution.Answered(model, turn.Request.Placement!, source, cluster, now);
            if (_measures)
            {
                slow.Offer(turn, job, ticks, source, degraded, cluster, id);
                StageSpans.Record(turn, job, ticks, source, degraded, time);
            }
        }

        turn.Answer.Complete(id, turn, filled, source, degraded, cluster, trace);
        if (trace is not null) turn.Answer.Keep(job.Arrangement.Rules.Bits);
        if (turn.Request.Explain) turn.Answer.Explain(ticks.ToTimings(time.TimestampFrequency));
    }
}
