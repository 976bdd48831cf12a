using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using RecOps.Server.Batching;
using RecOps.Server.Caching;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Retrieval;
using RecOps.Server.Rules;
using RecOps.Server.Telemetry;
using RecOps.Server.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>
/// A request's way: the cache, else user embedding, retrieval and ranking, then rules, each timed. When the deadline comes first or the
/// ranker fails, the shopper gets their last list, else what their cluster likes, else what everyone likes; never an error for a list
/// that could be given.
/// </summary>
internal sealed partial class RecommendationPipeline(
    ResultCache cache, ListRefresher refresher, RequestPreparation preparation, AnswerMaking answers, Admission admission,
    IOptions<ServingOptions> options, TimeProvider time, ILogger<RecommendationPipeline> logger)
{
    private readonly ConcurrentDictionary<CacheKey, byte> _computing = new();
    private readonly long _deadlineTicks = (long)(options.Value.DeadlineMs / 1000.0 * time.TimestampFrequency);

    /// <summary>Makes the list for one shopper.</summary>
    /// <param name="request">Valid.</param>
    /// <param name="answer">Filled.</param>
    /// <returns>False when there is too much to do already.</returns>
    public ValueTask<bool> RecommendAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer) =>
        Run(model, model.Rules, request, answer, TurnKind.Live, time.GetUtcNow());

    /// <summary>Makes the list that one shopper would get under rules that need not be published, in the same way.</summary>
    /// <param name="rules">Made for the model.</param>
    /// <param name="at">Null for now, when lists in the cache are used as for shoppers.</param>
    /// <param name="answer">Filled, with its trace.</param>
    /// <returns>False when there is too much to do already.</returns>
    public ValueTask<bool> PreviewAsync(ServingModel model, RuleSet rules, RecommendationRequest request, DateTimeOffset? at, RecommendationAnswer answer) =>
        Run(model, rules, request, answer, at is null ? TurnKind.Preview : TurnKind.Rehearsal, at ?? time.GetUtcNow());

    /// <summary>Makes the list of a shopper of whom only the cluster is known.</summary>
    /// <param name="answer">Filled, with its trace.</param>
    public void PreviewCluster(ServingModel model, RuleSet rules, int cluster, RecommendationRequest request, DateTimeOffset at, RecommendationAnswer answer)
    {
        RecommendationJob job = model.Jobs.Rent();
        try
        {
            job.Reset();
            job.Hidden.Clear();
            RequestPreparation.Hide(model, request, job.Hidden);
            var turn = new Turn(model, rules, request, answer, TurnKind.Rehearsal, at, time.GetTimestamp(), 0, CacheKey.Of(model, request), FreshHistory.Empty, null);
            BeginRules(turn, job, cluster);
            StageTicks ticks = default;
            answers.Answer(turn, default, cluster, RecommendationSource.Cluster, degraded: false, job, ref ticks);
        }
        finally
        {
            model.Jobs.Return(job);
        }
    }

    /// <summary>Makes a list for nobody: all stages run, nothing is counted and nothing is kept.</summary>
    /// <param name="answer">Filled.</param>
    /// <param name="rules">Made for the model; null for those it has.</param>
    public ValueTask<bool> RunForNobodyAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer, RuleSet? rules = null) =>
        Run(model, rules ?? model.Rules, request, answer, TurnKind.WarmUp, time.GetUtcNow());

    /// <summary>A list from the cache is answered on the caller's thread, at once; all else may wait.</summary>
    private ValueTask<bool> Run(
        ServingModel model, RuleSet rules, RecommendationRequest request, RecommendationAnswer answer, TurnKind kind, DateTimeOffset now)
    {
        long start = time.GetTimestamp();
        if (!admission.TryEnter(out long waited)) return new(false);
        RecommendationJob job = model.Jobs.Rent();
        try
        {
            job.Reset();
            job.Hidden.Clear();
            RequestPreparation.Hide(model, request, job.Hidden);
            var turn = new Turn(model, rules, request, answer, kind, now, start, waited, CacheKey.Of(model, request), model.Events.Of(request.UserId!), null);
            BeginRules(turn, job, rules.Words == 0 ? -1 : UserEmbeddings.BundledClusterOf(model, request.UserId!));

            // Where rules leave little, a list made from everything is not even looked for.
            if (job.Arrangement.Rules.Narrow is { } narrow) turn = turn.Within(narrow);
            Freshness found = Find(turn, out CachedList? list);
            bool given = TryGive(turn, found, list, RecommendationSource.L1, job);
            if (!given && found is Freshness.Fresh or Freshness.Aged && Remaining(turn, job) is { } restriction)
            {
                turn = turn.Within(restriction);
                given = TryGive(turn, Find(turn, out list), list, RecommendationSource.L1, job);
            }

            if (!given) return MissAsync(turn, list, job);
        }
        catch
        {
            Leave(model, job);
            throw;
        }

        Leave(model, job);
        return new(true);
    }

    private Freshness Find(in Turn turn, out CachedList? list)
    {
        list = null;
        return turn.ReadsCache ? cache.Find(turn.Key, turn.History, out list, counts: turn.Kind == TurnKind.Live) : Freshness.Absent;
    }

    /// <summary>Finds the rules that hold.</summary>
    /// <param name="cluster">As far as it is known yet; -1 for none.</param>
    private static void BeginRules(in Turn turn, RecommendationJob job, int cluster)
    {
        if (turn.Rules.Words == 0)
        {
            job.Arrangement.Rules.Begin(turn.Rules, default);
            return;
        }

        job.Arrangement.Rules.Begin(turn.Rules, RequestMoment.Of(turn.Model, turn.Request, turn.Key.Item, cluster, turn.Now));
    }

    private async ValueTask<bool> MissAsync(Turn turn, CachedList? outdated, RecommendationJob job)
    {
        ServingModel model = turn.Model;
        StageTicks ticks = default;
        try
        {
            while (true)
            {
                if (turn.ReadsCache && cache.AsksRedis)
                {
                    (Freshness found, CachedList? list) = await cache.FindSharedAsync(model, turn.Key, turn.Request.UserId!, outdated);
                    turn = turn with { History = model.Events.Of(turn.Request.UserId!) };
                    if (TryGive(turn, found, list, RecommendationSource.L2, job)) return true;
                    outdated = list;
                }

                bool computed = Admit(turn, job, ref ticks) switch
                {
                    Admittance.Join => await TryJoinAsync(turn, job),
                    Admittance.Compute => await TryComputeAsync(turn, job),
                    _ => false,
                };
                if (job.Abandoned is { } device)
                {
                    RecommendationJob other = model.Jobs.Rent();
                    other.TakeRequestOf(job);
                    _ = ReturnAfterAsync(device, model.Jobs, job);
                    job = other;
                }

                ticks.Computed |= job.Started != 0;
                ticks.Queue += job.QueueTicks;
                ticks.Retrieval += job.RetrievalTicks;
                ticks.Ranking += job.RankingTicks;
                BeginRules(turn, job, job.Shopper.Cluster);
                if (computed && IsShort(turn, job) && Remaining(turn, job) is { } restriction)
                {
                    outdated = turn.ReadsCache && cache.TryGetFresh(turn.Key, job.Stamp, job.PurgedAt, out CachedList? whole) ? whole : null;
                    turn = turn.Within(restriction);
                    if (TryGive(turn, Find(turn, out CachedList? list), list, RecommendationSource.L1, job)) return true;
                    job.Reset();
                    continue;
                }

                answers.Answer(turn, job, computed, outdated, ref ticks);
                return true;
            }
        }
        finally
        {
            Leave(model, job);
        }
    }

    private static bool IsShort(in Turn turn, RecommendationJob job) =>
        !job.Arrangement.Covers(turn.InputOf(job.Ranked, job.Shopper.Cluster, job), turn.Request.Count);

    /// <returns>What a list that is not enough is to be made from instead; null when it was, or there is nothing.</returns>
    private static Restriction? Remaining(in Turn turn, RecommendationJob job) =>
        job.Arrangement.Rules.Restriction is { Count: > 0 } restriction && restriction.Key != turn.Restriction?.Key ? restriction : null;

    private void Leave(ServingModel model, RecommendationJob job)
    {
        model.Jobs.Return(job);
        admission.Exit();
    }

    /// <summary>Answers with a cached list, as far as it may be given and has enough for the request.</summary>
    /// <param name="tier">Where it was found.</param>
    private bool TryGive(in Turn turn, Freshness found, CachedList? list, string tier, RecommendationJob job)
    {
        if (found is not (Freshness.Fresh or Freshness.Aged)) return false;
        if (turn.Rules.Words > 0 && list!.Cluster != job.Arrangement.Rules.Cluster) BeginRules(turn, job, list.Cluster);
        if (!Covers(turn, list!, job)) return false;
        if (turn.Kind == TurnKind.Live) list!.Use();
        StageTicks ticks = default;
        if (list!.Count == 0)
        {
            answers.Answer(turn, default, list.Cluster, AnswerMaking.LesserSource(list.Cluster), degraded: false, job, ref ticks);
            return true;
        }

        if (found == Freshness.Aged && turn.Kind == TurnKind.Live) refresher.Offer(turn.Model, turn.Request, turn.Key, turn.Restriction, list);
        answers.Answer(turn, list.Ranked, list.Cluster, found == Freshness.Aged ? RecommendationSource.Stale : tier, degraded: false, job, ref ticks);
        return true;
    }

    /// <summary>
    /// Whether enough is left of a list when what the request and rules rule out is taken away. What rules out much of its list gets one
    /// that is computed without it.
    /// </summary>
    private static bool Covers(in Turn turn, CachedList list, RecommendationJob job)
    {
        if (list.Count == 0) return true;
        if (turn.Request.ExcludeItemIds is { Length: > 0 } && !IsEnough(list, job.Hidden, turn.Request.Count)) return false;
        return turn.Rules.Words == 0 || job.Arrangement.Covers(turn.InputOf(list.Ranked, list.Cluster, job), turn.Request.Count) || Remaining(turn, job) is null;
    }

    private static bool IsEnough(CachedList list, OrdinalSet hidden, int count)
    {
        int left = 0;
        foreach (int ordinal in list.Ranked.Ordinals)
        {
            if (!hidden.Contains(ordinal) && ++left == count) return true;
        }

        return left == list.Count;
    }

    /// <summary>Prepares the job for its computation, or only for a fallback list when there is no room: that is to cost next to nothing.</summary>
    /// <returns>What is to follow.</returns>
    private Admittance Admit(in Turn turn, RecommendationJob job, ref StageTicks ticks)
    {
        long start = time.GetTimestamp();
        ticks.Embedded = true;
        bool stored = turn.ReadsCache && cache.IsEnabled && turn.Request.ExcludeItemIds is not { Length: > 0 };

        // Waiting for a list that is being computed takes no room.
        bool underway = stored && _computing.ContainsKey(turn.Key);
        if (!underway && !admission.HasRoom(turn.Waited) && UserEmbeddings.TryGlance(turn.Model, turn.Request.UserId!, out ShopperState shopper))
        {
            job.Shopper = shopper;
            ticks.Embedding += time.GetTimestamp() - start;
            return Admittance.Lesser;
        }

        preparation.Prepare(turn.Model, turn.Request, turn.Key, turn.Restriction, job, turn.Now, stored);
        ticks.Embedding += time.GetTimestamp() - start;
        if (job.Shopper.HasBehaviour) return underway ? Admittance.Join : admission.TryCompute(turn.Waited) ? Admittance.Compute : Admittance.Lesser;
        if (stored) Remember(job);
        return Admittance.Lesser;
    }

    /// <summary>Nothing is known of the user that a list could be computed from: the next request need not find that out again.</summary>
    private void Remember(RecommendationJob job) => cache.Store(job.CacheKey, new CachedList(default)
    {
        Computed = job.Computed, Stamp = job.Stamp, Cluster = job.Shopper.Cluster, Cost = 1,
    });

    /// <summary>Waits for the list that another request has computed; if that has just ended, it is in the cache or computed after all.</summary>
    private async ValueTask<bool> TryJoinAsync(Turn turn, RecommendationJob job)
    {
        long deadline = turn.Start - turn.Waited + _deadlineTicks;
        if (turn.Model.Batcher.TryJoin(job, deadline) is { } pending)
        {
            Task<BatchOutcome> task = pending.AsTask();
            BatchOutcome outcome = turn.Model.Batcher.RunsOnCaller ? await task : await WaitForDeviceAsync(task, job, deadline);
            return outcome == BatchOutcome.Completed && !job.OutOfTime;
        }

        return admission.TryCompute(turn.Waited) && await TryComputeAsync(turn, job);
    }

    /// <returns>False when there was no time, or the model failed: the shopper gets a fallback list, and the figures say so.</returns>
    private async ValueTask<bool> TryComputeAsync(Turn turn, RecommendationJob job)
    {
        var outcome = ComputationOutcome.Failed;
        bool announced = job.IsStored && _computing.TryAdd(turn.Key, 0);
        try
        {
            outcome = await ComputeAsync(turn.Model, job, turn.Start - turn.Waited + _deadlineTicks);
            return outcome == ComputationOutcome.Done;
        }
        finally
        {
            if (announced) _computing.TryRemove(turn.Key, out _);
            admission.ExitComputing(time.GetTimestamp() - turn.Start + turn.Waited, outcome);
        }
    }

    private async ValueTask<ComputationOutcome> ComputeAsync(ServingModel model, RecommendationJob job, long deadline)
    {
        ValueTask<BatchOutcome> pending = model.Batcher.SubmitAsync(job, deadline);
        BatchOutcome outcome = pending.IsCompleted || model.Batcher.RunsOnCaller
            ? await pending
            : await WaitForDeviceAsync(pending.AsTask(), job, deadline);
        if (outcome == BatchOutcome.Failed) LogComputationFailed(job.Shopper.Cluster, job.Error!);
        return outcome switch
        {
            BatchOutcome.Completed => job.OutOfTime ? ComputationOutcome.TooLate : ComputationOutcome.Done,
            BatchOutcome.Failed or BatchOutcome.Cancelled => ComputationOutcome.Failed,
            _ => ComputationOutcome.TooLate,
        };
    }

    /// <summary>A processor always comes back; a device beside it may hang, and the shopper is answered all the same.</summary>
    private async Task<BatchOutcome> WaitForDeviceAsync(Task<BatchOutcome> pending, RecommendationJob job, long deadline)
    {
        try
        {
            return await pending.WaitAsync(time.GetElapsedTime(time.GetTimestamp(), deadline), time);
        }
        catch (TimeoutException)
        {
            job.Abandoned = pending;
            return BatchOutcome.Expired;
        }
    }

    /// <summary>The device still writes to the job; its memory is used again once it is done.</summary>
    private static async Task ReturnAfterAsync(Task device, RecommendationJob.Pool pool, RecommendationJob job)
    {
        await device.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pool.Return(job);
    }

    [LoggerMessage(1201, LogLevel.Error, "A list could not be computed; a lesser one was answered (cluster {Cluster})")]
    private partial void LogComputationFailed(int cluster, Exception error);

    private enum Admittance
    {
        /// <summary>A fallback list must do.</summary>
        Lesser,

        /// <summary>The list is being computed for another request.</summary>
        Join,

        /// <summary>There is room, and it is taken.</summary>
        Compute,
    }
}
