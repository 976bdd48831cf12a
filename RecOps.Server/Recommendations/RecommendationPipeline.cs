using Microsoft.Extensions.Options;
using RecOps.Server.Batching;
using RecOps.Server.Models;
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
    UserEmbeddings embeddings, Admission admission, ServingMetrics metrics, IOptions<ServingOptions> options, TimeProvider time,
    ILogger<RecommendationPipeline> logger)
{
    private const int WarmUpRequests = 100;
    private const int WarmUpRounds = 4;
    private const int WarmUpSeconds = 60;
    private readonly long _deadlineTicks = (long)(options.Value.DeadlineMs / 1000.0 * time.TimestampFrequency);

    /// <summary>Makes the list for one shopper.</summary>
    /// <param name="request">Valid.</param>
    /// <param name="answer">Filled.</param>
    /// <returns>False when there is too much to do already.</returns>
    public ValueTask<bool> RecommendAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer) =>
        RunAsync(model, request, answer, recorded: true);

    /// <summary>
    /// Sends requests of known shoppers through all stages, so that the first real ones find compiled code and touched memory, and
    /// measures batches of every size, so that the batcher does not learn from real ones how long they take.
    /// </summary>
    public async Task WarmUpAsync(ServingModel model, CancellationToken cancellationToken)
    {
        var answer = new RecommendationAnswer();
        for (int i = 0; i < WarmUpRequests; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await RunAsync(model, WarmUpRequest(model, i, WarmUpRequests), answer, recorded: false);
        }

        RecommendationJob[] jobs = [.. Enumerable.Range(0, model.Computation.MaxBatch).Select(_ => model.Jobs.Rent())];
        for (int i = 0; i < jobs.Length; i++)
        {
            var ticks = new StageTicks();
            jobs[i].Reset();
            jobs[i].Excluded.Clear();
            Prepare(model, WarmUpRequest(model, i, jobs.Length), jobs[i], ref ticks, time.GetTimestamp());
        }

        for (int size = 1; size <= jobs.Length; size = Math.Max(size + 1, size * 5 / 4))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int round = 0; round < WarmUpRounds; round++)
            {
                long start = time.GetTimestamp();
                foreach (RecommendationJob job in jobs) job.Deadline = start + (WarmUpSeconds * time.TimestampFrequency);
                model.Computation.Run(0, jobs.AsSpan(0, size));
                if (round > 0) model.Batcher.Learn(size, time.GetElapsedTime(start));
            }
        }

        Array.ForEach(jobs, model.Jobs.Return);
    }

    private static RecommendationRequest WarmUpRequest(ServingModel model, int number, int of) => new()
    {
        UserId = model.Users.IdOf((int)((long)number * model.Users.Count / of)), Count = 20, Placement = "home",
    };

    private async ValueTask<bool> RunAsync(ServingModel model, RecommendationRequest request, RecommendationAnswer answer, bool recorded)
    {
        long start = time.GetTimestamp();
        if (!admission.TryEnter(out long waited)) return false;

        RecommendationJob job = model.Jobs.Rent();
        try
        {
            var ticks = new StageTicks();
            bool computed = Admit(model, request, job, ref ticks, start, waited) && await TryComputeAsync(model, job, start, waited);
            if (job.Abandoned is { } device)
            {
                RecommendationJob fresh = model.Jobs.Rent();
                fresh.TakeRequestOf(job);
                _ = ReturnAfterAsync(device, model.Jobs, job);
                job = fresh;
            }

            ShopperState shopper = job.Shopper;
            bool degraded = shopper.HasBehaviour && !computed;
            string source = computed ? RecommendationSource.Computed
                : shopper.Cluster >= 0 ? RecommendationSource.Cluster : RecommendationSource.Popular;
            ticks.Queue = job.QueueTicks;
            ticks.Retrieval = job.RetrievalTicks;
            ticks.Ranking = job.RankingTicks;
            Answer(model, request, job, source, degraded, start, ref ticks, answer);
            if (recorded) metrics.RecordAnswer(ticks, source, degraded);
            return true;
        }
        finally
        {
            model.Jobs.Return(job);
            admission.Exit();
        }
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

    /// <summary>Prepares the job for its computation, or only for a lesser list when there is no room: that is to cost next to nothing.</summary>
    /// <param name="waited">Ticks that the request had waited for a thread when it started.</param>
    /// <returns>Whether the list may be computed; the computation must then follow.</returns>
    private bool Admit(ServingModel model, RecommendationRequest request, RecommendationJob job, ref StageTicks ticks, long start, long waited)
    {
        job.Reset();
        Exclude(model, request, job.Excluded);
        if (admission.HasRoom(waited) || !UserEmbeddings.TryGlance(model, request.UserId!, out ShopperState shopper))
        {
            Prepare(model, request, job, ref ticks, start);
            return job.Shopper.HasBehaviour && admission.TryCompute(waited);
        }

        job.Shopper = shopper;
        ticks.Embedding = time.GetTimestamp() - start;
        return false;
    }

    /// <summary>Everything that the computation needs to know of the request.</summary>
    private void Prepare(
        ServingModel model, RecommendationRequest request, RecommendationJob job, ref StageTicks ticks, long start)
    {
        job.Shopper = embeddings.Fill(model, request, job.Rank);
        if (job.Shopper.HasBehaviour)
        {
            model.Context.Fill(time.GetUtcNow(), request.Placement!, job.Rank.Context);
            job.Identify(request.Placement!, request.ItemId, request.ExcludeItemIds);
        }

        ticks.Embedding = time.GetTimestamp() - start;
    }

    /// <param name="waited">Ticks that the request had waited for a thread when it started.</param>
    /// <returns>False when there was no time, or the model failed: the shopper gets a lesser list, and the figures say so.</returns>
    private async ValueTask<bool> TryComputeAsync(ServingModel model, RecommendationJob job, long start, long waited)
    {
        var outcome = ComputationOutcome.Failed;
        try
        {
            outcome = await ComputeAsync(model, job, start - waited + _deadlineTicks);
            return outcome == ComputationOutcome.Done;
        }
        finally
        {
            admission.ExitComputing(time.GetTimestamp() - start + waited, outcome);
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

    private void Answer(
        ServingModel model, RecommendationRequest request, RecommendationJob job, string source, bool degraded, long start,
        ref StageTicks ticks, RecommendationAnswer answer)
    {
        long rulesStart = time.GetTimestamp();
        RuleSet rules = RuleSet.Empty;
        ShopperState shopper = job.Shopper;
        ReadOnlySpan<int> clusterPopular = shopper.Cluster < 0 ? default : model.Clusters.PopularIn(shopper.Cluster);
        int filled = RuleSet.Apply(
            job.Ranked.AsSpan(0, degraded ? 0 : job.RankedCount), clusterPopular, model.Popular.Ordinals,
            new ItemFilter(model.Catalog.InStock, job.Excluded), job.Seen, answer.Places(request.Count));
        long end = time.GetTimestamp();
        ticks.Rules = end - rulesStart;
        ticks.Total = end - start;
        Explanation? explain = request.Explain
            ? new Explanation(ticks.ToTimings(time.TimestampFrequency), shopper.Cluster < 0 ? null : shopper.Cluster)
            : null;
        answer.Complete(model, request, filled, source, degraded, rules.Version, explain);
    }

    [LoggerMessage(1201, LogLevel.Error, "A list could not be computed; a lesser one was answered (cluster {Cluster})")]
    private partial void LogComputationFailed(int cluster, Exception error);
}
