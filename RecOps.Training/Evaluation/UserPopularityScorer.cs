using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// UP-CF@r (Faggioli, Polato and Aiolli, "Recency Aware Collaborative Filtering for Next Basket Recommendation", UMAP 2020):
/// <list type="number">
/// <item>The purchases of a user on one day are a basket. The user's popularity of an item is the share of their last r baskets that have
/// it.</item>
/// <item>Two users are as alike as the cosine of the sets of items they ever bought, to the power of q.</item>
/// <item>A score is the sum of all users' popularity of the item, the user's own among them, times how alike they are.</item>
/// </list>
/// r and q are tried on the purchases just before the cut; see <see cref="Fit"/>.
/// </summary>
internal sealed class UserPopularityScorer : IItemScorer
{
    private const double ValidationShare = 0.1;
    private const int ValidationUsers = 500;
    private static readonly (int Baskets, int Power)[] Settings = [(5, 5), (5, 20), (int.MaxValue, 5), (int.MaxValue, 20)];

    private readonly PurchaseMatrix _purchases;
    private readonly (int Item, float Share)[][] _popularity;
    private readonly int _power;

    /// <param name="trainRows">Rows of the table that are before the cut; the rest is not read.</param>
    /// <param name="baskets">r, at least 1.</param>
    /// <param name="power">q, at least 1.</param>
    public UserPopularityScorer(InteractionTable interactions, int trainRows, PurchaseMatrix purchases, int baskets, int power)
    {
        _purchases = purchases;
        _power = power;
        _popularity = [.. DailyBaskets.Of(interactions, trainRows, purchases.UserCount).Select(own => Shares(own, baskets))];
    }

    public string Name => BaselineName.UserPopularity;

    /// <summary>Keeps the settings with the best NDCG@10 on the last tenth of the rows before the cut.</summary>
    public static UserPopularityScorer Fit(
        ShopData data,
        int trainRows,
        PurchaseMatrix purchases,
        ITrainingProgress progress,
        CancellationToken cancellation
    )
    {
        var earlier = new ShopData(data.Catalog, data.Users, data.Interactions.Take(trainRows));
        (int Baskets, int Power) best = Settings[0];
        try
        {
            TimeSplit split = TimeSplit.ByShare(earlier.Interactions, ValidationShare);
            TestSet test = TestSet.Create(earlier, split, ValidationUsers);
            PurchaseMatrix known = PurchaseMatrix.Build(earlier.Interactions, split.TrainRows, data.Users.Count, data.Catalog.Count);
            double most = double.NegativeInfinity;
            foreach ((int baskets, int power) in Settings)
            {
                var scorer = new UserPopularityScorer(earlier.Interactions, split.TrainRows, known, baskets, power);
                double ndcg = ScorerResult.Mean(Evaluator.Run(scorer, test, progress, cancellation).Ndcg10)!.Value;
                if (ndcg > most)
                    (best, most) = ((baskets, power), ndcg);
            }
        }
        catch (TrainingException)
        {
            // A shop as small as this has no weeks to choose by.
        }

        return new UserPopularityScorer(data.Interactions, trainRows, purchases, best.Baskets, best.Power);
    }

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        int items = _purchases.ItemCount;
        Parallel.For(
            0,
            users.Length,
            () => new int[_purchases.UserCount],
            (i, _, shared) =>
            {
                ScoreUser(users.Span[i], shared, scores.Span.Slice(i * items, items));
                return shared;
            },
            _ => { }
        );
    }

    /// <param name="shared">[users], overwritten.</param>
    private void ScoreUser(int user, int[] shared, Span<float> scores)
    {
        Array.Clear(shared);
        scores.Clear();
        ReadOnlySpan<int> own = _purchases.ItemsOf(user);
        foreach (int item in own)
        {
            foreach (int other in _purchases.UsersOf(item))
                shared[other]++;
        }

        for (int other = 0; other < shared.Length; other++)
        {
            if (shared[other] == 0)
                continue;
            double alike = shared[other] / Math.Sqrt((double)own.Length * _purchases.ItemsOf(other).Length);
            float weight = (float)Math.Pow(alike, _power);
            foreach ((int item, float share) in _popularity[other])
                scores[item] += weight * share;
        }
    }

    private static (int Item, float Share)[] Shares(HashSet<int>[] baskets, int last)
    {
        HashSet<int>[] kept = [.. baskets.TakeLast(last)];
        return
        [
            .. kept.SelectMany(basket => basket)
                .CountBy(item => item)
                .OrderBy(count => count.Key)
                .Select(count => (count.Key, count.Value / (float)kept.Length)),
        ];
    }
}
