using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using RecOps.Serving.Batching;
using RecOps.Serving.Caching;
using RecOps.Serving.Computation;
using RecOps.Serving.Metrics;
using RecOps.Serving.Models;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>
/// Processes a request: the cache, else user embedding, retrieval and ranking, then rules, each timed. If the deadline passes or the ranker
/// fails, the shopper gets their last list, else what their cluster likes, else what everyone likes; never an error while a list is
/// possible.
/// </summary>
internal sealed partial class RecommendationPipeline(
    ResultCache cache,
    ListRefresher refresher,
    RequestPreparation preparation,
    AnswerMaker answers,
    Admission admission,
    IOptions<ServingOptions> options,
    TimeProvider time,
    ILogger<RecommendationPipeline> logger
)
{
    private readonly ConcurrentDictionary<CacheKey, byte> _computing = new();
    private readonly long _deadlineTicks = (long)(options.Value.DeadlineMs / 1000.0 * time.TimestampFrequency);

    /// <summary>Makes the list for one shopper.</summary>
    /// <param name="request">Validated.</param>
    /// <param name="answer">Filled.</param>
    /// <returns>False when overloaded.</returns>
    public ValueTask<bool> RecommendAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer) =>
        Run(model, model.Rules, request, answer, RequestPurpose.Live, time.GetUtcNow());

    /// <summary>
    /// Makes the list that one shopper would get under the given rules, which need not be published, through the same path.
    /// </summary>
    /// <param name="rules">Compiled for the model.</param>
    /// <param name="at">Null for now, when cached lists are used as for shoppers.</param>
    /// <param name="answer">Filled, with its trace.</param>
    /// <returns>False when overloaded.</returns>
    public ValueTask<bool> PreviewAsync(
        ServingModel model,
        RuleSet rules,
        RecommendationRequest request,
        DateTimeOffset? at,
        RecommendationAnswer answer
    ) => Run(model, rules, request, answer, at is null ? RequestPurpose.Preview : RequestPurpose.Rehearsal, at ?? time.GetUtcNow());

    /// <summary>Makes the list of a shopper of whom only the cluster is known.</summary>
    /// <param name="answer">Filled, with its trace.</param>
    public void PreviewCluster(
        ServingModel model,
        RuleSet rules,
        int cluster,
        RecommendationRequest request,
        DateTimeOffset at,
        RecommendationAnswer answer
    )
    {
        RecommendationJob job = model.Jobs.Rent();
        try
        {
            job.Reset();
            RequestContext context = RequestContext.Of(model, rules, request, RequestPurpose.Rehearsal, at, time.GetTimestamp()) with
            {
                Answer = answer,
                History = FreshHistory.Empty,
            };
            Hide(context, job);
            BeginRules(context, job, cluster);
            StageTicks ticks = default;
            answers.Answer(context, default, cluster, RecommendationSource.Cluster, degraded: false, job, ref ticks);
        }
        finally
        {
            model.Jobs.Return(job);
        }
    }

    /// <summary>Makes a list for warm-up: all stages run, nothing is counted or cached.</summary>
    /// <param name="answer">Filled.</param>
    /// <param name="rules">Compiled for the model; null for its current rules.</param>
    public ValueTask<bool> RunForNobodyAsync(
        ServingModel model,
        RecommendationRequest request,
        RecommendationAnswer answer,
        RuleSet? rules = null
    ) => Run(model, rules ?? model.Rules, request, answer, RequestPurpose.WarmUp, time.GetUtcNow());

    /// <summary>A cached list is answered at once, on the caller's thread; anything else may wait.</summary>
    private ValueTask<bool> Run(
        ServingModel model,
        RuleSet rules,
        RecommendationRequest request,
        RecommendationAnswer answer,
        RequestPurpose purpose,
        DateTimeOffset now
    )
    {
        long start = time.GetTimestamp();
        if (!admission.TryEnter(out long waited))
            return new(false);
        RecommendationJob job = model.Jobs.Rent();
        try
        {
            job.Reset();
            RequestContext context = RequestContext.Of(model, rules, request, purpose, now, start, waited) with { Answer = answer };
            Hide(context, job);
            BeginRules(context, job, rules.Words == 0 ? -1 : context.BundledCluster);

            // Where rules leave little, the list made from everything is not even looked up.
            if (job.Arrangement.Rules.Narrow is { } narrow)
                context = context.Within(narrow);
            Freshness found = Find(context, out CachedList? list);
            bool given = TryGive(context, found, list, RecommendationSource.L1, job);
            if (!given && found is Freshness.Fresh or Freshness.Aged && Remaining(context, job) is { } restriction)
            {
                context = context.Within(restriction);
                given = TryGive(context, Find(context, out list), list, RecommendationSource.L1, job);
            }

            if (!given)
                return MissAsync(context, list, job);
        }
        catch
        {
            Leave(model, job);
            throw;
        }

        Leave(model, job);
        return new(true);
    }

    private static void Hide(in RequestContext context, RecommendationJob job)
    {
        job.Hidden.Clear();
        RequestContext.Hide(context.Model, context.Request, context.Key.Item, job.Hidden);
    }

    private Freshness Find(in RequestContext context, out CachedList? list)
    {
        list = null;
        return context.ReadsCache
            ? cache.Find(context.Key, context.History, out list, counts: context.Purpose == RequestPurpose.Live)
            : Freshness.Absent;
    }

    /// <summary>Finds the rules that apply.</summary>
    /// <param name="cluster">As far as it is known yet; -1 for none.</param>
    private static void BeginRules(in RequestContext context, RecommendationJob job, int cluster)
    {
        if (context.Rules.Words == 0)
        {
            job.Arrangement.Rules.Begin(context.Rules, default);
            return;
        }

        job.Arrangement.Rules.Begin(context.Rules, context.ForRules(cluster));
    }

    private async ValueTask<bool> MissAsync(RequestContext context, CachedList? outdated, RecommendationJob job)
    {
        ServingModel model = context.Model;
        StageTicks ticks = default;
        try
        {
            while (true)
            {
                if (context.ReadsCache && cache.AsksOthers)
                {
                    (Freshness found, CachedList? list) = await cache.FindSharedAsync(
                        model.Events,
                        model.Catalog.Count,
                        context.Key,
                        context.Request.UserId!,
                        outdated
                    );
                    context = context with { History = model.Events.Of(context.Request.UserId!) };
                    if (TryGive(context, found, list, RecommendationSource.L2, job))
                        return true;
                    outdated = list;
                }

                bool computed = Admit(context, job, ref ticks) switch
                {
                    Admittance.Join => await TryJoinAsync(context, job),
                    Admittance.Compute => await TryComputeAsync(context, job),
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
                BeginRules(context, job, job.Shopper.Cluster);
                if (computed && IsShort(context, job) && Remaining(context, job) is { } restriction)
                {
                    outdated =
                        context.ReadsCache && cache.TryGetFresh(context.Key, job.Stamp, job.PurgedAt, out CachedList? whole) ? whole : null;
                    context = context.Within(restriction);
                    if (TryGive(context, Find(context, out CachedList? list), list, RecommendationSource.L1, job))
                        return true;
                    job.Reset();
                    continue;
                }

                answers.Answer(context, job, computed, outdated, ref ticks);
                return true;
            }
        }
        finally
        {
            Leave(model, job);
        }
    }

    private static bool IsShort(in RequestContext context, RecommendationJob job) =>
        !job.Arrangement.Covers(context.InputOf(job.Ranked, job.Shopper.Cluster, job), context.Request.Count);

    /// <returns>The items to compute from where the cached list is not enough; null where it is, or where there is no
    /// restriction.</returns>
    private static Restriction? Remaining(in RequestContext context, RecommendationJob job) =>
        job.Arrangement.Rules.Restriction is { Count: > 0 } restriction && restriction.Key != context.Restriction?.Key ? restriction : null;

    private void Leave(ServingModel model, RecommendationJob job)
    {
        model.Jobs.Return(job);
        admission.Exit();
    }

    /// <summary>Answers with a cached list, if it may be served and has enough items for the request.</summary>
    /// <param name="tier">Where it was found.</param>
    private bool TryGive(in RequestContext context, Freshness found, CachedList? list, string tier, RecommendationJob job)
    {
        if (found is not (Freshness.Fresh or Freshness.Aged))
            return false;
        if (context.Rules.Words > 0 && list!.Cluster != job.Arrangement.Rules.Cluster)
            BeginRules(context, job, list.Cluster);
        if (!Covers(context, list!, job))
            return false;
        if (context.Purpose == RequestPurpose.Live)
            list!.Use();
        StageTicks ticks = default;
        if (list!.Count == 0)
        {
            answers.Answer(context, default, list.Cluster, AnswerMaker.FallbackSource(list.Cluster), degraded: false, job, ref ticks);
            return true;
        }

        if (found == Freshness.Aged && context.Purpose == RequestPurpose.Live)
            refresher.Offer(context.Model, context.Request, context.Key, context.Restriction, list);
        answers.Answer(
            context,
            list.Ranked,
            list.Cluster,
            found == Freshness.Aged ? RecommendationSource.Stale : tier,
            degraded: false,
            job,
            ref ticks
        );
        return true;
    }

    /// <summary>
    /// Whether enough of a list remains after the request's and the rules' exclusions. If rules exclude much of it, a list is computed
    /// without the excluded items.
    /// </summary>
    private static bool Covers(in RequestContext context, CachedList list, RecommendationJob job)
    {
        if (list.Count == 0)
            return true;
        if (context.Request.ExcludeItemIds is { Length: > 0 } && !IsEnough(list, job.Hidden, context.Request.Count))
            return false;
        return context.Rules.Words == 0
            || job.Arrangement.Covers(context.InputOf(list.Ranked, list.Cluster, job), context.Request.Count)
            || Remaining(context, job) is null;
    }

    private static bool IsEnough(CachedList list, OrdinalSet hidden, int count)
    {
        int left = 0;
        foreach (int ordinal in list.Ranked.Ordinals)
        {
            if (!hidden.Contains(ordinal) && ++left == count)
                return true;
        }

        return left == list.Count;
    }

    /// <summary>
    /// Prepares the job for its computation, or only for a fallback list when there is no room; that must cost next to nothing.
    /// </summary>
    /// <returns>What to do next.</returns>
    private Admittance Admit(in RequestContext context, RecommendationJob job, ref StageTicks ticks)
    {
        long start = time.GetTimestamp();
        ticks.Embedded = true;
        bool stored = context.ReadsCache && cache.IsEnabled && context.Request.ExcludeItemIds is not { Length: > 0 };

        // Waiting for a list that is already being computed takes no room.
        bool underway = stored && _computing.ContainsKey(context.Key);
        if (!underway && !admission.HasRoom(context.Waited) && UserEmbeddings.TryReadBundled(context, out ShopperState shopper))
        {
            job.Shopper = shopper;
            ticks.Embedding += time.GetTimestamp() - start;
            return Admittance.Fallback;
        }

        preparation.Prepare(context, job, stored);
        ticks.Embedding += time.GetTimestamp() - start;
        if (job.Shopper.HasBehaviour)
            return underway ? Admittance.Join
                : admission.TryCompute(context.Waited) ? Admittance.Compute
                : Admittance.Fallback;
        if (stored)
            Remember(job);
        return Admittance.Fallback;
    }

    /// <summary>
    /// Nothing is known about the user to compute a list from; caching that spares the next request finding it out again.
    /// </summary>
    private void Remember(RecommendationJob job) =>
        cache.Store(
            job.CacheKey,
            new CachedList(default)
            {
                Computed = job.Computed,
                Stamp = job.Stamp,
                Cluster = job.Shopper.Cluster,
                Cost = 1,
            }
        );

    /// <summary>
    /// Waits for the list that another request is computing; if that has just ended, the list is in the cache or is computed after all.
    /// </summary>
    private async ValueTask<bool> TryJoinAsync(RequestContext context, RecommendationJob job)
    {
        long deadline = context.Start - context.Waited + _deadlineTicks;
        if (context.Model.Batcher.TryJoin(job, deadline) is { } pending)
        {
            Task<BatchOutcome> task = pending.AsTask();
            BatchOutcome outcome = context.Model.Batcher.RunsOnCaller ? await task : await WaitForDeviceAsync(task, job, deadline);
            return outcome == BatchOutcome.Completed && !job.OutOfTime;
        }

        return admission.TryCompute(context.Waited) && await TryComputeAsync(context, job);
    }

    /// <returns>False when there was no time or the model failed: the shopper gets a fallback list, and the metrics show it.</returns>
    private async ValueTask<bool> TryComputeAsync(RequestContext context, RecommendationJob job)
    {
        var outcome = ComputationOutcome.Failed;
        bool announced = job.IsStored && _computing.TryAdd(context.Key, 0);
        try
        {
            outcome = await ComputeAsync(context.Model, job, context.Start - context.Waited + _deadlineTicks);
            return outcome == ComputationOutcome.Done;
        }
        finally
        {
            if (announced)
                _computing.TryRemove(context.Key, out _);
            admission.ExitComputing(time.GetTimestamp() - context.Start + context.Waited, outcome);
        }
    }

    private async ValueTask<ComputationOutcome> ComputeAsync(ServingModel model, RecommendationJob job, long deadline)
    {
        ValueTask<BatchOutcome> pending = model.Batcher.SubmitAsync(job, deadline);
        BatchOutcome outcome =
            pending.IsCompleted || model.Batcher.RunsOnCaller ? await pending : await WaitForDeviceAsync(pending.AsTask(), job, deadline);
        if (outcome == BatchOutcome.Failed)
            LogComputationFailed(job.Shopper.Cluster, job.Error!);
        return outcome switch
        {
            BatchOutcome.Completed => job.OutOfTime ? ComputationOutcome.TooLate : ComputationOutcome.Done,
            BatchOutcome.Failed or BatchOutcome.Cancelled => ComputationOutcome.Failed,
            _ => ComputationOutcome.TooLate,
        };
    }

    /// <summary>A processor always returns. A device beside it may hang, and the shopper must be answered anyway.</summary>
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

    /// <summary>The device still writes to the job; its memory is reused once it is done.</summary>
    private static async Task ReturnAfterAsync(Task device, RecommendationJob.Pool pool, RecommendationJob job)
    {
        await device.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pool.Return(job);
    }

    [LoggerMessage(1201, LogLevel.Error, "A list could not be computed; a fallback list was served (cluster {Cluster})")]
    private partial void LogComputationFailed(int cluster, Exception error);

    private enum Admittance
    {
        /// <summary>A fallback list must do.</summary>
        Fallback,

        /// <summary>The list is being computed for another request.</summary>
        Join,

        /// <summary>There is room, and it has been acquired.</summary>
        Compute,
    }
}
