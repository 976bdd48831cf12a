using System.Numerics.Tensors;
using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// The evaluation protocol (docs/decisions/0003-evaluation.md) for one scorer, a chunk of test users at a time.
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
    )
    {
        int users = test.Users.Length;
        int chunk = Math.Clamp(MaxChunkScores / test.ItemCount, 1, MaxChunkUsers);
        var scores = new float[Math.Min(chunk, users) * test.ItemCount];
        var logLoss = new CalibratedLogLoss(scorer.ScoresAreProbabilities);
        var result = new ScorerResult
        {
            Name = scorer.Name,
            Ndcg10 = new double[users],
            Ndcg10FirstTime = new double[users],
            Recall20 = new double[users],
            Recall20FirstTime = new double[users],
            Auc = new double[users],
            LogLoss = null,
            Top20 = new int[users][],
        };
        using IProgressTask task = progress.Start(scorer.Name, users);
        for (int start = 0; start < users; start += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = start;
            int count = Math.Min(chunk, users - start);
            Memory<float> part = scores.AsMemory(0, count * test.ItemCount);
            scorer.Score(test.Users.AsMemory(first, count), part);
            RequireFinite(scorer.Name, part.Span);
            Parallel.For(
                0,
                count,
                () => new bool[test.ItemCount],
                (i, _, mask) =>
                {
                    ReadOnlySpan<float> row = scores.AsSpan(i * test.ItemCount, test.ItemCount);
                    Measure(test, first + i, row, mask, result);
                    watch?.Invoke(first + i, row);
                    return mask;
                },
                _ => { }
            );
            logLoss.Add(test, first, count, part);
            task.Report(first + count);
        }

        return result with
        {
            LogLoss = logLoss.Compute(),
        };
    }

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
}

/// <param name="index">Index among the test users.</param>
/// <param name="scores">[items].</param>
internal delegate void ScoreWatch(int index, ReadOnlySpan<float> scores);
