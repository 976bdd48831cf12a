using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

/// <summary>Compares each baseline with its definition, written as loops over a dense matrix.</summary>
public sealed class BaselineScorerTests
{
    private const int Users = 40;
    private const int Items = 17;
    private const long Day = 24 * 3600;
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
    public void RecentPopular_RandomPurchases_ScoresByBuyersOfSevenDaysThenByAll()
    {
        InteractionTable events = InDays(_data.Interactions, eventsPerDay: 40);
        long since = events.Times[^1] - (7 * Day);
        var recent = new HashSet<int>[Items];
        for (int row = 0; row < events.Count; row++)
        {
            if (events.Types[row] == InteractionType.Purchase && events.Times[row] > since)
                (recent[events.Items[row]] ??= []).Add(events.Users[row]);
        }

        float[] scores = Score(new RecentPopularScorer(events, events.Count, _purchases));

        int[] ranked = new int[Items];
        RankingMetrics.Top(scores.AsSpan(0, Items), [], ranked);
        Assert.Equal(Enumerable.Range(0, Items).OrderByDescending(item => recent[item]?.Count ?? 0).ThenByDescending(Buyers), ranked);
        Assert.InRange(recent.Count(buyers => buyers is not null), 1, Items);
    }

    [Fact]
    public void DecayedRepeat_RandomPurchases_HalvesAPurchaseWithEachHalfLife()
    {
        const double halfLife = 3;
        InteractionTable events = InDays(_data.Interactions, eventsPerDay: 40);
        var decayed = new double[Users, Items];
        for (int row = 0; row < events.Count; row++)
        {
            if (events.Types[row] == InteractionType.Purchase)
                decayed[events.Users[row], events.Items[row]] += Math.Pow(2, -(events.Times[^1] - events.Times[row]) / (halfLife * Day));
        }

        var scorer = new DecayedRepeatScorer(events, events.Count, Users, Items, halfLife);
        float[] scores = new float[Scored.Length * Items];
        scorer.Score(Scored, scores);

        for (int i = 0; i < Scored.Length; i++)
        {
            for (int item = 0; item < Items; item++)
            {
                double expected = decayed[Scored[i], item];
                float score = scores[(i * Items) + item];
                if (expected == 0)
                    Assert.InRange(score, 0, 0.9999f);
                else
                    Assert.Equal(1 + expected, score, 1e-4);
            }
        }
    }

    [Fact]
    public void TifuKnn_RandomPurchases_IsTheirDefinition()
    {
        InteractionTable events = InDays(_data.Interactions, eventsPerDay: 15);
        double[][] vectors = [.. Enumerable.Range(0, Users).Select(user => TifuVector(events, user))];

        // With fewer users than neighbours, all others are neighbours.
        AssertScores(
            new TifuKnnScorer(events, events.Count, Users, Items),
            (user, item) =>
                (0.7 * vectors[user][item])
                + (
                    0.3
                    * Enumerable
                        .Range(0, Users)
                        .Where(other => other != user && vectors[other].Sum() > 0)
                        .Average(other => vectors[other][item])
                )
        );
    }

    [Fact]
    public void TifuKnn_MoreUsersThanNeighbours_TakesTheNearest()
    {
        // Two kinds of users who have nothing in common; 301 of each, so that the 300 nearest are all of one's own kind.
        int[] users = [.. Enumerable.Range(0, 602)];
        var events = new InteractionTable
        {
            Users = users,
            Items = [.. users.Select(user => user % 2)],
            Types = [.. users.Select(_ => InteractionType.Purchase)],
            Times = [.. users.Select(_ => 0L)],
        };

        var scores = new float[4];
        new TifuKnnScorer(events, events.Count, 602, 2).Score(new[] { 0, 1 }, scores);

        Assert.Equal([1f, 0f, 0f, 1f], scores.Select(score => MathF.Round(score, 4)));
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

    [Fact]
    public void UserPopularity_RandomPurchases_IsTheirDefinition()
    {
        const int last = 3;
        const int power = 5;
        InteractionTable events = InDays(_data.Interactions, eventsPerDay: 15);
        double[][] popularity =
        [
            .. Enumerable
                .Range(0, Users)
                .Select(user =>
                {
                    int[][] kept = [.. Baskets(events, user).TakeLast(last)];
                    return Enumerable.Range(0, Items).Select(item => kept.Average(basket => basket.Contains(item) ? 1.0 : 0)).ToArray();
                }),
        ];

        AssertScores(
            new UserPopularityScorer(events, events.Count, _purchases, last, power),
            (user, item) => Enumerable.Range(0, Users).Sum(other => Math.Pow(Alike(user, other), power) * popularity[other][item])
        );
    }

    [Fact]
    public void UserPopularity_Fit_ChoosesAndScores() =>
        Assert.Contains(
            Score(UserPopularityScorer.Fit(_data, _data.Interactions.Count, _purchases, new SilentProgress(), CancellationToken.None)),
            score => score > 0
        );

    [Fact]
    public void Als_AfterItsLastRound_EveryItemSolvesItsNormalEquations()
    {
        const int factors = 5;
        const float confidence = 3;
        const float lambda = 2;
        AlsScorer als = AlsScorer.Fit(_purchases, factors, confidence, lambda, new SilentProgress(), CancellationToken.None);
        (float[] users, float[] items) = (als.UserVectors.ToArray(), als.ItemVectors.ToArray());

        // (Σ c x xᵀ + λI) y = Σ c p x, with c = 1 + α · purchases and p = 1 where there are any.
        for (int item = 0; item < Items; item++)
        {
            for (int row = 0; row < factors; row++)
            {
                double left = lambda * items[(item * factors) + row];
                double right = 0;
                for (int user = 0; user < Users; user++)
                {
                    double c = 1 + (confidence * _counts[user, item]);
                    double x = users[(user * factors) + row];
                    double score = Enumerable.Range(0, factors).Sum(k => users[(user * factors) + k] * items[(item * factors) + k]);
                    left += c * x * score;
                    right += _counts[user, item] > 0 ? c * x : 0;
                }

                Assert.Equal(right, left, 1e-3 * (1 + Math.Abs(right)));
            }
        }

        AssertScores(als, (user, item) => Enumerable.Range(0, factors).Sum(k => users[(user * factors) + k] * items[(item * factors) + k]));
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

    /// <summary>The same events, spread over days.</summary>
    private static InteractionTable InDays(InteractionTable events, int eventsPerDay) =>
        events with
        {
            Times = [.. Enumerable.Range(0, events.Count).Select(row => row / eventsPerDay * Day)],
        };

    /// <summary>Distinct purchases of each day, oldest first.</summary>
    private static int[][] Baskets(InteractionTable events, int user) =>
        [
            .. Enumerable
                .Range(0, events.Count)
                .Where(row => events.Users[row] == user && events.Types[row] == InteractionType.Purchase)
                .GroupBy(row => events.Times[row])
                .Select(basket => basket.Select(row => events.Items[row]).Distinct().ToArray()),
        ];

    private static double[] TifuVector(InteractionTable events, int user)
    {
        int[][] baskets = Baskets(events, user);
        int groups = Math.Min(7, baskets.Length);
        var vector = new double[Items];
        for (int basket = 0; basket < baskets.Length; basket++)
        {
            int group = Enumerable.Range(0, groups).Last(one => one * baskets.Length / groups <= basket);
            int end = (group + 1) * baskets.Length / groups;
            int size = end - (group * baskets.Length / groups);
            foreach (int item in baskets[basket])
                vector[item] += Math.Pow(0.9, end - 1 - basket) / size * Math.Pow(0.7, groups - 1 - group) / groups;
        }

        return vector;
    }

    /// <summary>Cosine of the sets of items two users bought.</summary>
    private double Alike(int a, int b)
    {
        int Of(int user) => Enumerable.Range(0, Items).Count(item => _counts[user, item] > 0);
        int both = Enumerable.Range(0, Items).Count(item => _counts[a, item] > 0 && _counts[b, item] > 0);
        return both == 0 ? 0 : both / Math.Sqrt((double)Of(a) * Of(b));
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
