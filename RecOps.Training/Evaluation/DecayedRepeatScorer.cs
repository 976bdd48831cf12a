using RecOps.Training.Import;
using RecOps.Training.Progress;

namespace RecOps.Training.Evaluation;

/// <summary>
/// What the user bought most often and most recently: each purchase counts 2^(−age ÷ half-life). All items that the user never bought
/// rank below those, by the number of buyers. Half-lives from a week to a year are tried on the purchases just before the cut; see
/// <see cref="Fit"/>.
/// </summary>
internal sealed class DecayedRepeatScorer : IItemScorer
{
    private const double Day = 24 * 3600;
    private const double ValidationShare = 0.1;
    private const int ValidationUsers = 1_500;

    /// <summary>Days.</summary>
    private static readonly double[] HalfLives = [7, 14, 30, 90, 365];

    private readonly Dictionary<(int User, int Item), float> _decayed = [];
    private readonly int[][] _itemsOf;
    private readonly float[] _popularity;

    /// <param name="trainRows">Rows of the table that are before the cut; the rest is not read.</param>
    /// <param name="halfLifeDays">Above 0.</param>
    public DecayedRepeatScorer(InteractionTable interactions, int trainRows, int users, int items, double halfLifeDays)
    {
        HalfLifeDays = halfLifeDays;
        long now = trainRows == 0 ? 0 : interactions.Times[trainRows - 1];
        var itemsOf = new List<int>[users];
        var buyers = new float[items];
        for (int row = 0; row < trainRows; row++)
        {
            if (!interactions.IsTarget(row))
                continue;
            (int user, int item) = (interactions.Users[row], interactions.Items[row]);
            float weight = (float)Math.Pow(2, -(now - interactions.Times[row]) / (halfLifeDays * Day));
            if (!_decayed.TryGetValue((user, item), out float sum))
            {
                (itemsOf[user] ??= []).Add(item);
                buyers[item]++;
            }

            _decayed[(user, item)] = sum + weight;
        }

        _itemsOf = [.. itemsOf.Select(bought => bought is null ? [] : bought.ToArray())];
        float most = buyers.Length == 0 ? 0 : buyers.Max();
        _popularity = [.. buyers.Select(count => count / (most + 1))];
    }

    public double HalfLifeDays { get; }

    public string Name => BaselineName.DecayedRepeat;

    public void Score(ReadOnlyMemory<int> users, Memory<float> scores)
    {
        for (int i = 0; i < users.Length; i++)
        {
            Span<float> row = scores.Span.Slice(i * _popularity.Length, _popularity.Length);
            _popularity.CopyTo(row);
            int user = users.Span[i];

            // From 1 up, so that popularity never outweighs a purchase, however old.
            foreach (int item in _itemsOf[user])
                row[item] = 1 + _decayed[(user, item)] + (_popularity[item] * 1e-6f);
        }
    }

    /// <summary>
    /// Tries each half-life with the last tenth of the rows before the cut as the test, and keeps the one with the best NDCG@10; the
    /// middle one when there is nobody to test on.
    /// </summary>
    public static DecayedRepeatScorer Fit(ShopData data, int trainRows, ITrainingProgress progress, CancellationToken cancellation)
    {
        (int users, int items) = (data.Users.Count, data.Catalog.Count);
        var earlier = new ShopData(data.Catalog, data.Users, data.Interactions.Take(trainRows));
        double best = HalfLives[HalfLives.Length / 2];
        try
        {
            TimeSplit split = TimeSplit.ByShare(earlier.Interactions, ValidationShare);
            TestSet test = TestSet.Create(earlier, split, ValidationUsers);
            double most = double.NegativeInfinity;
            foreach (double halfLife in HalfLives)
            {
                var scorer = new DecayedRepeatScorer(earlier.Interactions, split.TrainRows, users, items, halfLife);
                double ndcg = ScorerResult.Mean(Evaluator.Run(scorer, test, progress, cancellation).Ndcg10)!.Value;
                if (ndcg > most)
                    (best, most) = (halfLife, ndcg);
            }
        }
        catch (TrainingException)
        {
            // A shop as small as this has no weeks to choose by.
        }

        return new DecayedRepeatScorer(data.Interactions, trainRows, users, items, best);
    }
}
