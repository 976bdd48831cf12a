using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Models;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// How similarly two models rank: whether the small one makes the same choices as the large one, not only equally good ones.
/// 1. Overlap: the share of the ensemble's top 10 that is in the student's top 10.
/// 2. Kendall's tau over the items that either model has in its top 20.
/// Both are means over the test users.
/// </summary>
internal static class Agreement
{
    private const int Top = 10;

    /// <summary>Runs both models again, since items that only one of them has in its top 20 need the scores of both.</summary>
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
