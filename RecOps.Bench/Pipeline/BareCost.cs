using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Bench.Processes;
using RecOps.Server.Batching;
using RecOps.Server.Events;
using RecOps.Server.Models;
using RecOps.Server.Ranking;
using RecOps.Server.Recommendations;
using RecOps.Server.Retrieval;
using RecOps.Server.Telemetry;
using RecOps.Server.Users;
using RecOps.Shared.Recommendations;

namespace RecOps.Bench.Pipeline;

/// <summary>
/// What a list costs with nothing around it: the server's own index and ranker, called one after the other on one thread of this
/// process for users of the same bundle. Processor time, so that neighbours on the machine do not count.
/// </summary>
/// <param name="AloneMs">A user, one at a time.</param>
/// <param name="BatchedMs">A user, in batches of <paramref name="Batch"/>.</param>
internal sealed record BareCost(double AloneMs, double BatchedMs, int Batch)
{
    private const int Users = 512;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(4);

    // Nobody waits, but the ranker's timer does not reach to the end of time.
    private static readonly long Never = Stopwatch.GetTimestamp() + (3600 * Stopwatch.Frequency);

    /// <param name="bundle">Its directory.</param>
    /// <param name="like">A run whose mean batch is to be measured.</param>
    public static async Task<BareCost> MeasureAsync(string bundle, MeasuredLoad like, CancellationToken cancellation)
    {
        double batches = like.Growth("recops_batch_size_count");
        int batch = batches == 0 ? 1 : (int)Math.Max(1, Math.Round(like.Growth("recops_batch_size_sum") / batches));
        IConfiguration defaults = new ConfigurationBuilder().Build();
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(defaults)
            .AddModels()
            .AddRetrieval()
            .AddRanking()
            .AddBatching()
            .AddUsers()
            .AddEvents()
            .AddTelemetry(defaults)
            .BuildServiceProvider();
        await using ServingModel model = await services.GetRequiredService<ServingModelFactory>().OpenAsync(bundle, cancellation);
        RecommendationJob[] jobs = Prepare(model, services.GetRequiredService<UserEmbeddings>());
        Measure(model, jobs, 1, TimeSpan.FromSeconds(1));
        return new BareCost(Measure(model, jobs, 1, Long), Measure(model, jobs, batch, Long), batch);
    }

    /// <summary>Users as the pipeline sees them, each with the candidates that the ranker is to score.</summary>
    private static RecommendationJob[] Prepare(ServingModel model, UserEmbeddings embeddings)
    {
        var random = new Random(1);
        var jobs = new RecommendationJob[Users];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = model.Jobs.Rent();
            jobs[i].Reset();
            var request = new RecommendationRequest { UserId = model.Users.IdOf(random.Next(model.Users.Count)) };
            jobs[i].Shopper = embeddings.Fill(model, request, jobs[i].Rank);
            model.Context.Fill(DateTimeOffset.UnixEpoch, request.Placement!, jobs[i].Rank.Context);
            jobs[i].Deadline = Never;
        }

        for (int i = 0; i < jobs.Length; i += model.Computation.MaxBatch)
            model.Computation.Run(0, jobs.AsSpan(i, Math.Min(model.Computation.MaxBatch, jobs.Length - i)));
        return jobs;
    }

    /// <returns>Milliseconds of processor time a user.</returns>
    private static double Measure(ServingModel model, RecommendationJob[] jobs, int batch, TimeSpan atLeast)
    {
        CandidateSearch[] searches = [.. jobs.Select(job => job.Nearest)];
        RankJob[] ranks = [.. jobs.Select(job => job.Rank)];
        int measured = 0;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (var running = Stopwatch.StartNew(); running.Elapsed < atLeast;)
        {
            int at = measured / batch * batch % (jobs.Length / batch * batch);
            model.Index.Search(searches.AsSpan(at, batch), model.Catalog.InStock);
            if (!model.Ranker.Rank(ranks.AsSpan(at, batch), Never)) throw new InvalidOperationException("The ranker gave up.");
            measured += batch;
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / measured;
    }
}
