using FsCheck.Xunit;
using RecOps.Training.Evaluation;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class RankingMetricsTests
{
    [Fact]
    public void Top_EqualScores_RankTheLowerOrdinalFirst()
    {
        int[] top = new int[4];

        int count = RankingMetrics.Top([1, 3, 3, 0, 3, 1], [], top);

        Assert.Equal(4, count);
        Assert.Equal([1, 2, 4, 0], top);
    }

    [Fact]
    public void Top_MaskedItems_AreLeftOut()
    {
        int[] top = new int[4];

        int count = RankingMetrics.Top([5, 4, 3, 2], [true, false, true, false], top);

        Assert.Equal([1, 3], top.Take(count));
    }

    [Property]
    public bool Top_AnyScores_IsTheStartOfAStableSort(byte[] values)
    {
        // Bytes over 8 give many ties.
        float[] scores = [.. values.Select(value => (float)(value / 8))];
        bool[] mask = [.. values.Select(value => value % 5 == 0)];
        int[] top = new int[7];

        int count = RankingMetrics.Top(scores, mask, top);

        int[] expected = [.. Enumerable.Range(0, scores.Length).Where(item => !mask[item]).OrderByDescending(item => scores[item]).Take(7)];
        return top.AsSpan(0, count).SequenceEqual(expected);
    }

    [Fact]
    public void Ndcg_HitsAtRanksOneAndThree_CountsTheirDiscounts()
    {
        // Three relevant items, two of them found: 1 / log2(2) + 1 / log2(4) over 1 + 1 / log2(3) + 1 / 2.
        double ndcg = RankingMetrics.Ndcg([7, 1, 3, 2], [3, 7, 9], 10);

        Assert.Equal(1.5 / (1 + (1 / Math.Log2(3)) + 0.5), ndcg, 12);
    }

    [Fact]
    public void Ndcg_HitBeyondTheLength_CountsNothing() => Assert.Equal(0, RankingMetrics.Ndcg([1, 2, 3], [3], 2));

    [Fact]
    public void Ndcg_MoreRelevantItemsThanRanks_CanStillBePerfect() => Assert.Equal(1, RankingMetrics.Ndcg([4, 2], [1, 2, 3, 4, 5], 2), 12);

    [Theory]
    [InlineData(4, 2 / 3.0)]
    [InlineData(2, 1 / 2.0)]
    [InlineData(1, 1.0)]
    public void Recall_SomeHits_IsTheShareOfThePossibleHits(int length, double expected) =>
        Assert.Equal(expected, RankingMetrics.Recall([7, 1, 3, 2], [3, 7, 9], length), 12);

    [Fact]
    public void AreaUnderCurve_OneInversionAndOneTie_CountsOneAndAHalfPairsLess()
    {
        // Relevant: 0.9 and 0.5; others: 0.7 and 0.5. Pairs: 0.9 beats both, 0.5 loses to 0.7, 0.5 ties.
        double auc = RankingMetrics.AreaUnderCurve([0.9f, 0.7f, 0.5f, 0.5f], [0, 2]);

        Assert.Equal(2.5 / 4, auc, 12);
    }

    [Fact]
    public void AreaUnderCurve_EverythingRelevant_IsNotANumber() =>
        Assert.True(double.IsNaN(RankingMetrics.AreaUnderCurve([1, 2], [0, 1])));

    [Property]
    public bool AreaUnderCurve_AnyScores_AgreesWithCountingPairs(byte[] values)
    {
        float[] scores = [.. values.Select(value => (float)(value / 8))];
        int[] relevant = [.. Enumerable.Range(0, values.Length).Where(item => values[item] % 3 == 0)];
        int[] others = [.. Enumerable.Range(0, values.Length).Except(relevant)];
        if (relevant.Length == 0 || others.Length == 0)
            return true;

        double sum = relevant.Sum(a =>
            others.Sum(b =>
                scores[a] > scores[b] ? 1
                : scores[a] == scores[b] ? 0.5
                : 0
            )
        );
        return Math.Abs((sum / relevant.Length / others.Length) - RankingMetrics.AreaUnderCurve(scores, relevant)) < 1e-12;
    }
}
