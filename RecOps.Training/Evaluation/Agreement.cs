using RecOps.Shared.Bundles.Report;
using RecOps.Shared.Models;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// How similarly two models rank: whether the small one makes the same choices as the large one, not only equally good ones.
/// 1. Overlap: the share of the ensemble's top 10 that is in the student's top 10.
/// 2. Kendall's tau over the items that either model has in its top 20.
/// Both are means over the test users. <see cref="Watch"/> collects what is needed while the ensemble is measured, so that only the student
/// runs again.
/// </summary>
/// <param name="students">The student's result on the test users.</param>
/// <param name="places">Index in that result of each user that the ensemble is measured on.</param>
internal sealed class Agreement(ScorerResult students, int[] places)
{
    private const int Top = 10;
    private const int Compared = 20;
    private readonly int[][] _items = new int[places.Length][];
    private readonly float[][] _large = new float[places.Length][];
    private readonly int[][] _best = new int[places.Length][];

    /// <summary>A <see cref="ScoreWatch"/> for the ensemble.</summary>
    public void Watch(int index, ReadOnlySpan<float> scores)
    {
        Span<int> top = stackalloc int[Compared];
        int[] best = top[..RankingMetrics.Top(scores, [], top)].ToArray();
        _best[index] = best[..Math.Min(Top, best.Length)];
        _items[index] = [.. students.Top20[places[index]].Union(best)];
        _large[index] = ScoresOf(_items[index], scores);
    }

    /// <summary>Runs the student again: items that only the ensemble has in its top 20 need the scores of both.</summary>
    /// <param name="test">The users that the ensemble was measured on.</param>
    public AgreementFigures With(IItemScorer student, TestSet test, ITrainingProgress progress, CancellationToken cancellation)
    {
        var small = new float[places.Length][];
        Evaluator.Run(student, test, progress, cancellation, (index, scores) => small[index] = ScoresOf(_items[index], scores));
        (double overlap, double tau) = (0, 0);
        for (int index = 0; index < places.Length; index++)
        {
            overlap += _best[index].Intersect(students.Top20[places[index]].Take(Top)).Count() / (double)_best[index].Length;
            tau += RankCorrelation.KendallTau(small[index], _large[index]) ?? 1;
        }

        return new AgreementFigures(overlap / places.Length, tau / places.Length);
    }

    private static float[] ScoresOf(int[] items, ReadOnlySpan<float> scores)
    {
        var own = new float[items.Length];
        for (int i = 0; i < own.Length; i++)
            own[i] = scores[items[i]];
        return own;
    }
}
