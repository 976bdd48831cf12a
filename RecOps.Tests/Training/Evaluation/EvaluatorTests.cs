using RecOps.Training.Evaluation;
using RecOps.Training.Import;
using Xunit;

namespace RecOps.Tests.Training.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly float[] Signals = [0f, 0.3f, 0.8f];

    [Fact]
    public void Run_ItemsInTheHistory_AreMaskedForFirstTimePurchasesOnly()
    {
        // The user already had item 0, and buys it again along with item 2. Scores fall with the ordinal.
        ShopData data = TinyShop.OfPurchases(1, 4, (0, 0), (0, 0), (0, 2));
        TestSet test = TestSet.Create(data, TimeSplit.At(data.Interactions, 0));

        ScorerResult result = Run(new FakeScorer(4, (_, item) => -item), test);

        Assert.Equal((1 + 0.5) / (1 + (1 / Math.Log2(3))), result.Ndcg10[0], 12);
        Assert.Equal(1 / Math.Log2(3), result.Ndcg10FirstTime[0], 12);
        Assert.Equal(3 / 4.0, result.Auc[0], 12);
        Assert.Equal(1, result.Recall20[0]);
        Assert.Null(result.LogLoss);
    }

    [Fact]
    public void Run_UserWithoutFirstTimePurchases_IsNotInTheirMean()
    {
        ShopData data = TinyShop.OfPurchases(2, 3, (0, 0), (1, 0), (0, 0), (1, 1));
        TestSet test = TestSet.Create(data, TimeSplit.At(data.Interactions, 1));

        ScorerResult result = Run(new FakeScorer(3, (_, item) => -item), test);

        Assert.True(double.IsNaN(result.Ndcg10FirstTime[0]));
        Assert.Equal(1, ScorerResult.Mean(result.Ndcg10FirstTime));
    }

    [Fact]
    public void Run_MoreUsersThanAChunk_GivesEachUserTheirOwnFigures()
    {
        // Every user buys the item of their own number; the scorer knows it for even users only.
        const int users = 150;
        ShopData data = TinyShop.OfPurchases(
            users,
            users,
            [.. Enumerable.Range(0, users).Select(u => (u, (u + 1) % users)), .. Enumerable.Range(0, users).Select(u => (u, u))]
        );
        TestSet test = TestSet.Create(data, TimeSplit.At(data.Interactions, users - 1));

        ScorerResult result = Run(new FakeScorer(users, (user, item) => (user == item) == (user % 2 == 0) ? 1 : 0), test);

        for (int user = 0; user < users; user++)
            Assert.Equal(user % 2 == 0 ? 1 : 0, result.Ndcg10[user]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Run_ScoreThatIsNotFinite_IsRefused(float score)
    {
        ShopData data = TinyShop.OfPurchases(1, 3, (0, 0), (0, 1));
        TestSet test = TestSet.Create(data, TimeSplit.At(data.Interactions, 0));

        var problem = Assert.Throws<TrainingException>(() => Run(new FakeScorer(3, (_, item) => item == 1 ? score : 0), test));

        Assert.Contains("fake", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        ShopData data = TinyShop.OfPurchases(1, 3, (0, 0), (0, 1));
        TestSet test = TestSet.Create(data, TimeSplit.At(data.Interactions, 0));

        Assert.Throws<OperationCanceledException>(() =>
            Evaluator.Run(new FakeScorer(3, (_, _) => 0), test, new SilentProgress(), new CancellationToken(true))
        );
    }

    [Fact]
    public void LogLoss_UninformativeScores_IsTheEntropyOfTheRate()
    {
        TestSet test = RandomTest(users: 200, items: 50);

        double loss = Run(new FakeScorer(50, (_, _) => 0.25f), test).LogLoss!.Value;

        double rate = Enumerable.Range(0, test.Users.Length).Sum(i => test.Purchased(i).Length) / (test.Users.Length * 50.0);
        Assert.Equal(-(rate * Math.Log(rate)) - ((1 - rate) * Math.Log(1 - rate)), loss, 1e-3);
    }

    [Fact]
    public void LogLoss_MoreInformativeScores_IsLower()
    {
        TestSet test = RandomTest(users: 200, items: 50);
        Dictionary<int, int> places = test.Users.Select((user, i) => (user, i)).ToDictionary(pair => pair.user, pair => pair.i);
        float Noisy(int user, int item, float signal)
        {
            float noise = new Random((user * 50) + item).NextSingle();
            return noise + (test.Purchased(places[user]).BinarySearch(item) >= 0 ? signal : 0);
        }

        double[] losses =
        [
            .. Signals.Select(signal => Run(new FakeScorer(50, (user, item) => Noisy(user, item, signal)), test).LogLoss!.Value),
        ];

        Assert.True(losses[0] > losses[1] && losses[1] > losses[2], string.Join(", ", losses));
    }

    [Fact]
    public void LogLoss_ScoresOnAnotherScale_IsTheSame()
    {
        TestSet test = RandomTest(users: 100, items: 50);
        static float Raw(int user, int item) => new Random((user * 50) + item).NextSingle();

        double plain = Run(new FakeScorer(50, Raw), test).LogLoss!.Value;
        double scaled = Run(new FakeScorer(50, (user, item) => (1000 * Raw(user, item)) - 300), test).LogLoss!.Value;

        Assert.Equal(plain, scaled, 1e-4);
    }

    private static TestSet RandomTest(int users, int items)
    {
        ShopData data = TinyShop.Random(users, items, users * 10, seed: 5);
        return TestSet.Create(data, TimeSplit.ByShare(data.Interactions, 0.4));
    }

    private static ScorerResult Run(IItemScorer scorer, TestSet test) =>
        Evaluator.Run(scorer, test, new SilentProgress(), CancellationToken.None);

    private sealed class FakeScorer(int items, Func<int, int, float> score) : IItemScorer
    {
        public string Name => "fake";

        public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
        {
            for (int i = 0; i < scores.Length; i++)
                scores.Span[i] = score(users.Span[i / items], i % items);
        }
    }
}
