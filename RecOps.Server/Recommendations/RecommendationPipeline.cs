using Microsoft.Extensions.Options;
using RecOps.Server.Models;
using RecOps.Server.Ranking;
using RecOps.Server.Retrieval;
using RecOps.Server.Rules;
using RecOps.Server.Telemetry;
using RecOps.Server.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>
/// A request's way: user embedding, retrieval, ranking, rules, each timed. When the deadline comes first or the ranker fails, the
/// shopper gets what their cluster likes, else what everyone likes; never an error for a list that could be given.
/// </summary>
internal sealed partial class RecommendationPipeline(
    UserEmbeddings embeddings, ServingMetrics metrics, IOptions<ServingOptions> options, TimeProvider time,
    ILogger<RecommendationPipeline> logger)
{
    private const int WarmUpRequests = 100;
    private readonly long _deadlineTicks = (long)(options.Value.DeadlineMs / 1000.0 * time.TimestampFrequency);
    private readonly int _maxInFlight = options.Value.MaxInFlight;
    private int _inFlight;

    /// <summary>Makes the list for one shopper.</summary>
    /// <param name="request">Valid.</param>
    /// <param name="answer">Filled.</param>
    /// <returns>False when there is too much to do already.</returns>
    public ValueTask<bool> RecommendAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer) =>
        RunAsync(model, request, answer, recorded: true);

    /// <summary>Sends requests of known shoppers through all stages, so that the first real ones find compiled code and touched memory.</summary>
    public async Task WarmUpAsync(ServingModel model, CancellationToken cancellationToken)
    {
        var answer = new RecommendationAnswer();
        for (int i = 0; i < WarmUpRequests; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int user = (int)((long)i * model.Users.Count / WarmUpRequests);
            await RunAsync(model, new RecommendationRequest { UserId = model.Users.IdOf(user), Count = 20, Placement = "home" }, answer, recorded: false);
        }
    }

    private async ValueTask<bool> RunAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer, bool recorded)
    {
        long start = time.GetTimestamp();
        if (Interlocked.Increment(ref _inFlight) > _maxInFlight)
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        RequestScratch scratch = model.Scratch.Rent();
        Task? abandoned = null;
        try
        {
            var ticks = new StageTicks();
            ShopperState shopper = Prepare(model, request, scratch, ref ticks, start);
            string source = shopper switch
            {
                { HasBehaviour: true } => RecommendationSource.Computed,
                { Cluster: >= 0 } => RecommendationSource.Cluster,
                _ => RecommendationSource.Popular,
            };
            bool degraded = false;
            int ranked = 0;
            if (shopper.HasBehaviour)
            {
                (degraded, abandoned) = await RankAsync(model, shopper, scratch, start + _deadlineTicks);
                ticks.Queue = scratch.Job.QueueTicks;
                long now = time.GetTimestamp();
                ticks.Ranking = Math.Max(0, now - start - ticks.Embedding - ticks.Retrieval - ticks.Queue);
                if (degraded) source = shopper.Cluster >= 0 ? RecommendationSource.Cluster : RecommendationSource.Popular;
                else ranked = Collect(scratch);
            }

            Answer(model, request, shopper, scratch, ranked, source, degraded, start, ref ticks, answer);
            if (recorded) metrics.RecordAnswer(ticks, source, degraded);
            return true;
        }
        finally
        {
            // An abandoned ranker still writes to the job; its memory is used again once it is done.
            if (abandoned is null) model.Scratch.Return(scratch);
            else _ = ReturnAfterAsync(abandoned, model.Scratch, scratch);
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static async Task ReturnAfterAsync(Task abandoned, RequestScratch.Pool pool, RequestScratch scratch)
    {
        await abandoned.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pool.Return(scratch);
    }

    private static void Exclude(ServingModel model, RecommendationRequest request, OrdinalSet excluded)
    {
        excluded.Clear();
        if (request.ItemId is { Length: > 0 } id && model.Catalog.TryGetOrdinal(id, out int viewed)) excluded.Add(viewed);
        foreach (string excludedId in request.ExcludeItemIds ?? [])
        {
            if (model.Catalog.TryGetOrdinal(excludedId, out int ordinal)) excluded.Add(ordinal);
        }
    }

    /// <summary>Ranked candidates, best first.</summary>
    private static int Collect(RequestScratch scratch)
    {
        RankJob job = scratch.Job;
        for (int i = 0; i < job.Count; i++) scratch.Ranked[i] = new RankedItem(job.Candidates[i], job.Scores[i]);
        scratch.Ranked.AsSpan(0, job.Count).Sort(default(RankedItem.BestFirst));
        return job.Count;
    }

    /// <summary>Embedding and retrieval.</summary>
    private ShopperState Prepare(
        ServingModel model, RecommendationRequest request, RequestScratch scratch, ref StageTicks ticks, long start)
    {
        RankJob job = scratch.Job;
        job.QueueTicks = 0;
        Exclude(model, request, scratch.Excluded);
        ShopperState shopper = embeddings.Fill(model, request, job);
        long embedded = time.GetTimestamp();
        ticks.Embedding = embedded - start;
        if (!shopper.HasBehaviour) return shopper;
        CandidateGathering.Gather(model, shopper, new ItemFilter(model.Catalog.InStock, scratch.Excluded), scratch);
        model.Context.Fill(time.GetUtcNow(), request.Placement!, job.Context);
        ticks.Retrieval = time.GetTimestamp() - embedded;
        return shopper;
    }

    private async ValueTask<(bool Degraded, Task? Abandoned)> RankAsync(
        ServingModel model, ShopperState shopper, RequestScratch scratch, long deadline)
    {
        if (scratch.Job.Count == 0) return (false, null);
        TimeSpan remaining = time.GetElapsedTime(time.GetTimestamp(), deadline);
        if (remaining <= TimeSpan.Zero) return (true, null);
        Task<bool>? waiting = null;
        try
        {
            ValueTask<bool> pending = model.Ranker.RankAsync(scratch.Job, deadline);
            if (pending.IsCompleted) return (!await pending, null);
            waiting = pending.AsTask();
            return (!await waiting.WaitAsync(remaining, time), null);
        }
        catch (TimeoutException) when (waiting is { IsCompleted: false })
        {
            return (true, waiting);
        }
        catch (Exception error)
        {
            // Whatever went wrong in a model, the shopper gets a list; the log and the degraded share say that something did.
            LogRankerFailed(shopper.Cluster, error);
            return (true, null);
        }
    }

    private void Answer(
        ServingModel model, RecommendationRequest request, ShopperState shopper, RequestScratch scratch, int ranked, string source,
        bool degraded, long start, ref StageTicks ticks, RecommendationAnswer answer)
    {
        long rulesStart = time.GetTimestamp();
        RuleSet rules = RuleSet.Empty;
        ReadOnlySpan<int> clusterPopular = shopper.Cluster < 0 ? default : model.Clusters.PopularIn(shopper.Cluster);
        int filled = RuleSet.Apply(
            scratch.Ranked.AsSpan(0, ranked), clusterPopular, model.Popular.Ordinals,
            new ItemFilter(model.Catalog.InStock, scratch.Excluded), scratch.Seen, answer.Places(request.Count));
        long end = time.GetTimestamp();
        ticks.Rules = end - rulesStart;
        ticks.Total = end - start;
        Explanation? explain = request.Explain
            ? new Explanation(ticks.ToTimings(time.TimestampFrequency), shopper.Cluster < 0 ? null : shopper.Cluster)
            : null;
        answer.Complete(model, request, filled, source, degraded, rules.Version, explain);
    }

    [LoggerMessage(1201, LogLevel.Error, "The ranker failed; a list without it was answered (cluster {Cluster})")]
    private partial void LogRankerFailed(int cluster, Exception error);
}
