using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Models;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>How alike two models rank: whether the small one decides as the large one does, and not only about as well.</summary>
internal static class Agreement
{
    private const int Top = 10;

    /// <summary>Asks both once more, since the order of items that only one of them has on top needs the scores of both.</summary>
    public static AgreementFigures Measure(
        IItemScorer student,
        ScorerResult students,
        IItemScorer ensemble,
        ScorerResult ensembles,
        TestSet test,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        int users = test.Users.Length;
        int[][] items = [.. Enumerable.Range(0, users).Select(user => students.Top20[user].Union(ensembles.Top20[user]).ToArray())];
        float[][] small = ScoresOf(student, items, test, progress, cancellation);
        float[][] large = ScoresOf(ensemble, items, test, progress, cancellation);
        (double overlap, double tau) = (0, 0);
        for (int user = 0; user < users; user++)
        {
            int[] best = [.. ensembles.Top20[user].Take(Top)];
            overlap += best.Intersect(students.Top20[user].Take(Top)).Count() / (double)best.Length;
            tau += RankCorrelation.KendallTau(small[user], large[user]) ?? 1;
        }

        return new AgreementFigures(overlap / users, tau / users);
    }

    private static float[][] ScoresOf(
        IItemScorer scorer,
        int[][] items,
        TestSet test,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        var scores = new float[items.Length][];
        Evaluator.Run(
            scorer,
            test,
            progress,
            cancellation,
            (user, row) =>
            {
                var own = new float[items[user].Length];
                for (int i = 0; i < own.Length; i++)
                    own[i] = row[items[user][i]];
                scores[user] = own;
            }
        );
        return scores;
    }
}
