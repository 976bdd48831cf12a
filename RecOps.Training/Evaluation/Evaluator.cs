using System.Numerics.Tensors;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// The evaluation protocol (docs/decisions/0003-evaluation.md) for one scorer, or for several that share a run, a chunk of test users at a time.
/// 1. Score the whole catalogue for each test user; no negatives are sampled.
/// 2. All purchases: rank all items; take NDCG@10, Recall@20 and AUC against what the user bought after the cut.
/// 3. First-time purchases: mask the items in the user's history, rank again, and take NDCG@10 and Recall@20 against the rest.
/// 4. Collect scores for the log loss after calibration (<see cref="CalibratedLogLoss"/>).
/// </summary>
internal static class Evaluator
{
    private const int MaxChunkUsers = 64;
    private const int MaxChunkScores = 16 << 20;

    /// <param name="watch">Called with the index of each test user and their scores by item, from several threads.</param>
    /// <exception cref="TrainingException">A score is not a finite number.</exception>
    public static ScorerResult Run(
        IItemScorer scorer,
        TestSet test,
        ITrainingProgress progress,
        CancellationToken cancellation,
        ScoreWatch? watch = null
    ) => Run(new Alone(scorer), scorer.Name, test, progress, cancellation, watch)[0];

    /// <param name="name">Of all models together, for the progress display.</param>
    /// <param name="watch">Called with the scores of the first model.</param>
    /// <returns>In the order of the models' names.</returns>
    /// <inheritdoc cref="Run(IItemScorer, TestSet, ITrainingProgress, CancellationToken, ScoreWatch?)"/>
    public static ScorerResult[] Run(
        IJointScorer scorers,
        string name,
        TestSet test,
        ITrainingProgress progress,
        CancellationToken cancellation,
        ScoreWatch? watch = null
    )
    {
        (int users, int models) = (test.Users.Length, scorers.Names.Count);
        int chunk = Math.Clamp(MaxChunkScores / test.ItemCount / models, 1, MaxChunkUsers);
        float[][] scores = [.. scorers.Names.Select(_ => new float[Math.Min(chunk, users) * test.ItemCount])];
        CalibratedLogLoss[] logLosses = [.. scorers.Names.Select(_ => new CalibratedLogLoss(scorers.ScoresAreProbabilities))];
        ScorerResult[] results = [.. scorers.Names.Select(model => ScorerResult.Empty(model, users))];
        using IProgressTask task = progress.Start(name, users);
        for (int start = 0; start < users; start += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = start;
            int count = Math.Min(chunk, users - start);
            Memory<float>[] parts = Array.ConvertAll(scores, all => all.AsMemory(0, count * test.ItemCount));
            scorers.Score(test.Users.AsMemory(first, count), parts);
            for (int model = 0; model < models; model++)
            {
                RequireFinite(scorers.Names[model], parts[model].Span);
                Measure(test, first, count, parts[model], results[model], model == 0 ? watch : null);
                logLosses[model].Add(test, first, count, parts[model]);
            }

            task.Report(first + count);
        }

        return [.. results.Zip(logLosses, (result, loss) => result with { LogLoss = loss.Compute() })];
    }

    private static void Measure(TestSet test, int first, int count, Memory<float> scores, ScorerResult result, ScoreWatch? watch) =>
        Parallel.For(
            0,
            count,
            () => new bool[test.ItemCount],
            (i, _, mask) =>
            {
                ReadOnlySpan<float> row = scores.Span.Slice(i * test.ItemCount, test.ItemCount);
                Measure(test, first + i, row, mask, result);
                watch?.Invoke(first + i, row);
                return mask;
            },
            _ => { }
        );

    /// <param name="mask">All false, before and after.</param>
    private static void Measure(TestSet test, int index, ReadOnlySpan<float> scores, bool[] mask, ScorerResult result)
    {
        Span<int> top = stackalloc int[20];
        ReadOnlySpan<int> relevant = test.Purchased(index);
        ReadOnlySpan<int> ranked = top[..RankingMetrics.Top(scores, [], top)];
        result.Top20[index] = ranked.ToArray();
        result.Ndcg10[index] = RankingMetrics.Ndcg(ranked, relevant, 10);
        result.Recall20[index] = RankingMetrics.Recall(ranked, relevant, 20);
        result.Auc[index] = RankingMetrics.AreaUnderCurve(scores, relevant);

        ReadOnlySpan<int> firstTime = test.FirstTime(index);
        if (firstTime.IsEmpty)
        {
            result.Ndcg10FirstTime[index] = result.Recall20FirstTime[index] = double.NaN;
            return;
        }

        foreach (int item in test.Known(index))
            mask[item] = true;
        ranked = top[..RankingMetrics.Top(scores, mask, top)];
        foreach (int item in test.Known(index))
            mask[item] = false;
        result.Ndcg10FirstTime[index] = RankingMetrics.Ndcg(ranked, firstTime, 10);
        result.Recall20FirstTime[index] = RankingMetrics.Recall(ranked, firstTime, 20);
    }

    private static void RequireFinite(string name, ReadOnlySpan<float> scores)
    {
        if (!float.IsFinite(TensorPrimitives.Min(scores)) || !float.IsFinite(TensorPrimitives.Max(scores)))
            throw new TrainingException($"{name} returned scores that are not finite numbers.");
    }

    private sealed class Alone(IItemScorer scorer) : IJointScorer
    {
        public IReadOnlyList<string> Names { get; } = [scorer.Name];

        public bool ScoresAreProbabilities => scorer.ScoresAreProbabilities;

        public void Score(ReadOnlyMemory<int> users, Memory<float>[] scores) => scorer.Score(users, scores[0]);
    }
}

/// <param name="index">Index among the test users.</param>
/// <param name="scores">[items].</param>
internal delegate void ScoreWatch(int index, ReadOnlySpan<float> scores);
