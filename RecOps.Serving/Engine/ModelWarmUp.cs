using RecOps.Serving.Computation;
using RecOps.Serving.Models;
using RecOps.Shared.Recommendations;

namespace RecOps.Serving.Engine;

/// <summary>
/// Sends requests of known shoppers through all stages, so that the first real ones find compiled code and touched memory. It also measures
/// batches of every size, so that the batcher need not learn their durations from real requests. A time limit keeps a slow model from
/// delaying service: batches that take so long are larger than any that meets a deadline.
/// </summary>
internal sealed class ModelWarmUp(RecommendationPipeline pipeline, RequestPreparation preparation, TimeProvider time)
{
    private const int Requests = 100;
    private const int Rounds = 6;
    private const int Learned = 3;
    private const int Seconds = 60;
    private static readonly TimeSpan RequestsTakeAtMost = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SizesTakeAtMost = TimeSpan.FromSeconds(15);

    public async Task RunAsync(ServingModel model, CancellationToken cancellationToken)
    {
        var answer = new RecommendationAnswer();
        long began = time.GetTimestamp();
        for (int i = 0; i < Requests && time.GetElapsedTime(began) < RequestsTakeAtMost; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await pipeline.RunForNobodyAsync(model, RequestOf(model, i, Requests), answer);
        }

        RecommendationJob[] jobs = [.. Enumerable.Range(0, model.Batcher.MaxBatch).Select(_ => model.Jobs.Rent())];
        try
        {
            for (int i = 0; i < jobs.Length; i++)
            {
                RecommendationRequest request = RequestOf(model, i, jobs.Length);
                jobs[i].Reset();
                preparation.Prepare(
                    RequestContext.Of(model, model.Rules, request, RequestPurpose.WarmUp, time.GetUtcNow()),
                    jobs[i],
                    stored: false
                );
            }

            MeasureSizes(model, jobs, cancellationToken);
        }
        finally
        {
            Array.ForEach(jobs, model.Jobs.Return);
        }
    }

    /// <summary>Runs all sizes repeatedly; only the last rounds count, when the code is fully optimized.</summary>
    private void MeasureSizes(ServingModel model, RecommendationJob[] jobs, CancellationToken cancellationToken)
    {
        int[] sizes = [.. Sizes(jobs.Length)];
        List<TimeSpan>[] took = Array.ConvertAll(sizes, _ => new List<TimeSpan>());
        long began = time.GetTimestamp();
        for (int run = 0; run < Rounds * sizes.Length && time.GetElapsedTime(began) < SizesTakeAtMost; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int place = run % sizes.Length;
            long start = time.GetTimestamp();
            foreach (RecommendationJob job in jobs)
                job.Deadline = start + (Seconds * time.TimestampFrequency);
            model.Computation.Run(0, jobs.AsSpan(0, sizes[place]));
            took[place].Add(time.GetElapsedTime(start));
        }

        for (int back = Learned; back >= 1; back--)
        {
            for (int i = 0; i < sizes.Length; i++)
            {
                if (took[i].Count >= back)
                    model.Batcher.Learn(sizes[i], took[i][^back]);
            }
        }
    }

    /// <summary>Powers of two, from which capacity is calculated, and one size between each two.</summary>
    private static IEnumerable<int> Sizes(int largest)
    {
        for (
            int size = 1;
            size <= largest;
            size =
                    size < 2 ? size + 1
                    : int.IsPow2(size) ? size * 3 / 2
                    : size / 3 * 4
        )
            yield return size;
    }

    private static RecommendationRequest RequestOf(ServingModel model, int number, int of) =>
        new()
        {
            UserId = model.Users.IdOf((int)((long)number * model.Users.Count / of)),
            Count = 20,
            Placement = "home",
        };
}
