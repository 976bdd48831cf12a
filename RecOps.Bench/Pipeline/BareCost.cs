using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Bench.Load;
using RecOps.Bench.Processes;
using RecOps.Serving.Computation;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Retrieval;
using RecOps.Serving.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Pipeline;

/// <summary>
/// The bare cost of a list: the server's own index and ranker, called one after the other in this process for users of the same bundle,
/// each requested for the first time, as on a server. Only the CPU time within the two calls counts.
/// </summary>
/// <param name="AloneMs">CPU time per user, on one thread.</param>
/// <param name="TogetherMs">CPU time per user, on <paramref name="Threads"/> threads at once, which share caches and memory as on a busy
/// server.</param>
/// <param name="Threads">Number of threads that the server computes on.</param>
/// <param name="Batch">Users per call.</param>
internal sealed record BareCost(double AloneMs, double TogetherMs, int Threads, int Batch)
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(4);

    // There is no deadline here, but the ranker's timer has a finite range.
    private static readonly long Never = Stopwatch.GetTimestamp() + (3600 * Stopwatch.Frequency);

    /// <param name="bundle">Directory of the bundle.</param>
    /// <param name="like">A run whose mean batch size is used.</param>
    public static async Task<BareCost> MeasureAsync(string bundle, MeasuredLoad like, CancellationToken cancellation)
    {
        double batches = like.Growth("recops_batch_size_count");
        int batch = batches == 0 ? 1 : (int)Math.Max(1, Math.Round(like.Growth("recops_batch_size_sum") / batches));
        await using RecommendationEngine engine = await RecommendationEngine.OpenAsync(bundle, cancellationToken: cancellation);
        ServingModel model = engine.Model;
        var embeddings = new UserEmbeddings(TimeProvider.System);
        int threads = model.Ranker.Lanes;
        Measure(model, embeddings, batch, threads, Warm, seed: 1);
        return new BareCost(
            Measure(model, embeddings, batch, 1, Long, seed: 2),
            Measure(model, embeddings, batch, threads, Long, seed: 3),
            threads,
            batch
        );
    }

    /// <returns>Milliseconds of CPU time per user.</returns>
    private static double Measure(ServingModel model, UserEmbeddings embeddings, int batch, int threads, TimeSpan time, int seed)
    {
        var workers = new Worker[threads];
        for (int i = 0; i < threads; i++)
            workers[i] = new Worker(model, embeddings, batch, new Random((seed * threads) + i));
        Thread[] running = Array.ConvertAll(workers, worker => new Thread(() => worker.Run(time)));
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        return workers.Sum(worker => worker.Computing.TotalMilliseconds) / workers.Sum(worker => worker.Users);
    }

    /// <summary>One thread's users.</summary>
    private sealed class Worker(ServingModel model, UserEmbeddings embeddings, int batch, Random random)
    {
        private readonly RecommendationJob[] _jobs = [.. Enumerable.Range(0, batch).Select(_ => model.Jobs.Rent())];

        public long Users { get; private set; }

        /// <summary>CPU time in the index and the ranker.</summary>
        public TimeSpan Computing { get; private set; }

        public void Run(TimeSpan time)
        {
            CandidateSearch[] searches = Array.ConvertAll(_jobs, job => job.Nearest);
            RankJob[] ranks = Array.ConvertAll(_jobs, job => job.Rank);
            for (var running = Stopwatch.StartNew(); running.Elapsed < time; Users += batch)
            {
                Array.ForEach(_jobs, Draw);
                TimeSpan start = ThreadTime.Now;
                model.Index.Search(searches, model.Catalog.InStock);
                TimeSpan found = ThreadTime.Now;
                foreach (RecommendationJob job in _jobs)
                    CandidateGathering.Gather(job, model.Clusters, model.Popular, model.Catalog.InStock);
                TimeSpan gathered = ThreadTime.Now;
                if (!model.Ranker.Rank(ranks, Never))
                    throw new InvalidOperationException("The ranker did not finish in time.");
                Computing += found - start + (ThreadTime.Now - gathered);
            }

            Array.ForEach(_jobs, model.Jobs.Return);
        }

        /// <summary>Prepares a random user's job as the pipeline does.</summary>
        private void Draw(RecommendationJob job)
        {
            job.Reset();
            var request = new RecommendationRequest { UserId = model.Users.IdOf(random.Next(model.Users.Count)), Placement = "home" };
            job.Shopper = embeddings.Fill(
                RequestContext.Of(model, model.Rules, request, RequestPurpose.WarmUp, DateTimeOffset.UnixEpoch),
                job.Rank
            );
            model.Context.Fill(DateTimeOffset.UnixEpoch, request.Placement!, job.Rank.Context);
        }
    }
}
