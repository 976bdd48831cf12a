using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

/// <summary>Compares each baseline with its definition, written as loops over a dense matrix.</summary>
public sealed class BaselineScorerTests
{
    private const int Users = 40;
    private const int Items = 17;
    private static readonly int[] Scored = [0, 7, 39, 12];
    private static readonly int[] First = [0];
    private readonly ShopData _data = TinyShop.Random(Users, Items, 500, seed: 3);
    private readonly PurchaseMatrix _purchases;
    private readonly double[,] _counts = new double[Users, Items];

    public BaselineScorerTests()
    {
        InteractionTable events = _data.Interactions;
        _purchases = PurchaseMatrix.Build(events, events.Count, Users, Items);
        for (int row = 0; row < events.Count; row++)
        {
            if (events.Types[row] == InteractionType.Purchase)
                _counts[events.Users[row], events.Items[row]]++;
        }
    }

    [Fact]
    public void PurchaseMatrix_RandomEvents_HoldsEveryCount()
    {
        for (int user = 0; user < Users; user++)
        {
            int[] items = [.. Enumerable.Range(0, Items).Where(item => _counts[user, item] > 0)];
            Assert.Equal(items, _purchases.ItemsOf(user).ToArray());
            Assert.Equal(items.Select(item => (int)_counts[user, item]), _purchases.CountsOf(user).ToArray());
        }

        for (int item = 0; item < Items; item++)
            Assert.Equal(Enumerable.Range(0, Users).Where(user => _counts[user, item] > 0), _purchases.UsersOf(item).ToArray());
    }

    [Fact]
    public void PurchaseMatrix_RowsHeldOutForTheTest_DoNotCount()
    {
        PurchaseMatrix none = PurchaseMatrix.Build(_data.Interactions, 0, Users, Items);

        Assert.Equal(0, Enumerable.Range(0, Users).Sum(user => none.ItemsOf(user).Length));
    }

    [Fact]
    public void Popular_RandomPurchases_ScoresByBuyers() => AssertScores(new PopularScorer(_purchases), (_, item) => Buyers(item));

    [Fact]
    public void Repeat_RandomPurchases_ScoresByOwnPurchasesThenByBuyers()
    {
        float[] scores = Score(new RepeatPurchaseScorer(_purchases));

        for (int i = 0; i < Scored.Length; i++)
        {
            int user = Scored[i];
            int[] ranked = new int[Items];
            RankingMetrics.Top(scores.AsSpan(i * Items, Items), [], ranked);
            int[] expected = [.. Enumerable.Range(0, Items).OrderByDescending(item => _counts[user, item]).ThenByDescending(Buyers)];
            Assert.Equal(expected, ranked);
        }
    }

    [Fact]
    public void ItemKnn_RandomPurchases_SumsCosinesOfOtherItems() =>
        AssertScores(
            new ItemKnnScorer(_purchases),
            (user, item) =>
                Enumerable
                    .Range(0, Items)
                    .Where(own => own != item && _counts[user, own] > 0)
                    .Sum(own => Together(own, item) / Math.Sqrt(Buyers(own) * Math.Max(1, Buyers(item))))
        );

    [Fact]
    public void ItemKnn_ItemNobodyBoughtTogether_ScoresExactlyZero()
    {
        ShopData data = TinyShop.OfPurchases(2, 3, (0, 0), (0, 0), (1, 1));
        var scorer = new ItemKnnScorer(PurchaseMatrix.Build(data.Interactions, 3, 2, 3));
        float[] scores = new float[3];

        scorer.Score(First, scores);

        Assert.Equal([0, 0, 0], scores);
    }

    [Fact]
    public void Ease_RandomPurchases_IsTheClosedForm()
    {
        const double lambda = 5;
        double[,] inverse = Invert(lambda);
        using EaseScorer ease = EaseScorer.Fit(_purchases, (float)lambda, CancellationToken.None);

        AssertScores(
            ease,
            (user, item) =>
                Enumerable
                    .Range(0, Items)
                    .Where(own => own != item && _counts[user, own] > 0)
                    .Sum(own => -inverse[own, item] / inverse[item, item])
        );
    }

    private static float[] Score(IItemScorer scorer)
    {
        float[] scores = new float[Scored.Length * Items];
        Array.Fill(scores, float.NaN);
        scorer.Score(Scored, scores);
        return scores;
    }

    private static void AssertScores(IItemScorer scorer, Func<int, int, double> expected)
    {
        float[] scores = Score(scorer);
        for (int i = 0; i < Scored.Length; i++)
        {
            for (int item = 0; item < Items; item++)
                Assert.Equal(expected(Scored[i], item), scores[(i * Items) + item], 1e-4);
        }
    }

    private double Buyers(int item) => Enumerable.Range(0, Users).Count(user => _counts[user, item] > 0);

    private double Together(int a, int b) => Enumerable.Range(0, Users).Count(user => _counts[user, a] > 0 && _counts[user, b] > 0);

    /// <summary>(XᵀX + λI)⁻¹ by Gauss-Jordan elimination.</summary>
    private double[,] Invert(double lambda)
    {
        double[,] left = new double[Items, Items];
        double[,] right = new double[Items, Items];
        for (int a = 0; a < Items; a++)
        {
            for (int b = 0; b < Items; b++)
                left[a, b] = Together(a, b) + (a == b ? lambda : 0);
            right[a, a] = 1;
        }

        for (int pivot = 0; pivot < Items; pivot++)
        {
            double scale = left[pivot, pivot];
            for (int k = 0; k < Items; k++)
                (left[pivot, k], right[pivot, k]) = (left[pivot, k] / scale, right[pivot, k] / scale);
            for (int row = 0; row < Items; row++)
            {
                double factor = left[row, pivot];
                if (row == pivot)
                    continue;
                for (int k = 0; k < Items; k++)
                {
                    left[row, k] -= factor * left[pivot, k];
                    right[row, k] -= factor * right[pivot, k];
                }
            }
        }

        return right;
    }
}
